import { MESH_GATEWAY } from '../../mesh/hosts.ts';
import type { Service } from '../../mesh/model.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { LintMesh } from '../lintMesh.ts';
import { destinationRule, HOST, versions, virtualService } from '../manifests.ts';
import { placeIn, type VirtualService, type WrittenRoute } from '../routes.ts';
import type { Edit, Hit, Rule } from '../rule.ts';
import { ISTIO_GATEWAYS, shownBy } from '../sources.ts';
import { list } from '../words.ts';

export const rule: Rule = {
  id: 'CL002',
  name: 'gateway-only-routes',
  severity: 'warning',
  title: 'Calls inside the mesh take no notice of a VirtualService that holds at a gateway alone',
  reason:
    'A VirtualService that names gateways holds there and nowhere else. Sidecars take it only where the ' +
    'gateways are left out, or the word mesh is among them.',
  fix: "add mesh to its gateways and the service's own name to its hosts, or give a second VirtualService without gateways",
  sources: [ISTIO_GATEWAYS, shownBy('the stack bad-server-bypass')],
  find: (lint) => {
    const { virtualServices } = lint.mesh;
    return virtualServices.flatMap((source) => inSource(lint, source));
  },
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(20/s, requests=30)',
      behaviour: { 'server-v1': '5ms', 'server-v2': { serviceTime: '5ms', errors: [{}] } },
    },
    bad: {
      shows: 'the routes send all to v1, and about half comes to v2, which fails',
      objects: [
        destinationRule(HOST, { host: HOST, subsets: versions('v1', 'v2') }),
        virtualService([{ route: [{ destination: { host: HOST, subset: 'v1' } }] }], {
          gateways: ['front'],
        }),
      ],
      expect: [{ name: 'answered by v2', status: 500, share: [0.1, 0.9] }],
    },
    good: {
      shows: 'all come to v1',
      objects: [
        destinationRule(HOST, { host: HOST, subsets: versions('v1', 'v2') }),
        virtualService([{ route: [{ destination: { host: HOST, subset: 'v1' } }] }], {
          gateways: ['front', MESH_GATEWAY],
        }),
      ],
      expect: [{ name: 'answered by v1', status: 200, share: [1, 1] }],
    },
  },
};

function inSource(lint: LintMesh, source: VirtualService): Hit[] {
  const { gateways = [MESH_GATEWAY], hosts } = source.spec;
  if (gateways.length === 0 || gateways.includes(MESH_GATEWAY)) return [];
  const own = lint.routes.of(source);
  const services = new Set(
    own.flatMap(({ destinations }) => destinations.flatMap(({ service }) => service ?? [])),
  );
  const bypassing = [...services].filter((service) => isBypassed(lint, service));
  const lost = [
    ...new Set(
      own
        .filter(({ destinations }) =>
          destinations.some(({ service }) => service && bypassing.includes(service)),
        )
        .flatMap(settingsOf),
    ),
  ];
  const [first] = bypassing;
  if (first === undefined || lost.length === 0) return [];
  return [
    {
      at: placeIn(source, ['spec', 'gateways']),
      sentence:
        `holds at ${list(gateways)} alone: calls of ${list(bypassing.map(({ name }) => name))} inside ` +
        `the mesh take no notice of its ${list(lost)}`,
      ...(bypassing.length === 1 && { edits: editsOf(lint, source, first, hosts) }),
    },
  ];
}

/** Whether calls inside the mesh go to the service by its default route. */
function isBypassed({ callers, routes }: LintMesh, service: Service): boolean {
  const isCalled = callers.anybody || callers.of(service).length > 0;
  return isCalled && !routes.to(service).some(({ atMesh }) => atMesh) && routes.byMesh(service);
}

/** What of a route bears on breaking. */
function settingsOf({ http, destinations }: WrittenRoute): string[] {
  const subsets = destinations.flatMap(({ destination }) => destination.subset ?? []);
  const weights = destinations.flatMap(({ weight }) => weight ?? []);
  return [
    ...(weights.length > 1 ? [`weights ${weights.join('/')}`] : []),
    ...(subsets.length > 0
      ? [`${subsets.length === 1 ? 'subset' : 'subsets'} ${list(subsets)}`]
      : []),
    ...(http.retries === undefined ? [] : ['retries']),
    ...(http.timeout === undefined ? [] : [`timeout ${http.timeout}`]),
    ...(http.fault === undefined ? [] : ['fault']),
  ];
}

/** Where its hosts are others than the service, what holds inside the mesh has to be an object of its own. */
function editsOf(
  { objectAt }: LintMesh,
  source: VirtualService,
  service: Service,
  hosts: readonly string[],
): Edit[] {
  const path = ['spec', 'gateways', source.spec.gateways?.length ?? 0];
  const named = [service.host, service.name, `${service.name}.${service.namespace}`];
  if (hosts.every((host) => named.includes(host))) return [{ set: path, to: MESH_GATEWAY }];
  const object = objectAt(placeIn(source, []));
  if (object === undefined) return [];
  return [{ add: insideTheMesh(object, service) }];
}

function insideTheMesh(object: KubernetesObject, service: Service): KubernetesObject {
  const { gateways: _, ...spec } = object['spec'] as Readonly<Record<string, unknown>>;
  const { name, namespace, labels } = object.metadata;
  const isNear = (namespace ?? 'default') === service.namespace;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name: `${name}-inside-the-mesh`,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels }),
    },
    spec: { ...spec, hosts: [isNear ? service.name : service.host] },
  };
}
