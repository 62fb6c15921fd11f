/** What of a mesh the simulation does not do, beside what no run of the lab does. */
import { SERVER, SERVER_DEFAULTS, type ServerBehaviour } from '../../../apps/contract.ts';
import type { LeftOut } from '../../../experiment/leftOut.ts';
import { type Mesh, podId, type Program, type Service } from '../../mesh/model.ts';
import { standaloneEnvoy } from '../../mesh/standaloneEnvoy.ts';
import { tcpCalls } from '../../mesh/tcpCalls.ts';
import { ofRules } from './leftOutRules.ts';

/** Of clients that ask at a TCP port there is no prediction at all (modelOf.ts). */
const NO_BYTES =
  'connections of bytes are not predicted, and a predicted call there finds no route';

/** A body from which on its way takes a time that can be seen, on loopback. */
const LARGE_BYTES = 2 ** 16;

export function leftOutOf(mesh: Mesh): LeftOut[] {
  return [
    ...ofRules(mesh.destinationRules),
    ...ofRoutes(mesh),
    ...mesh.services.flatMap(ofEndpoints),
    ...ofServers(mesh),
    ...ofStandalone(mesh),
    ...tcpCalls(mesh, NO_BYTES),
  ];
}

function told(object: string, field: string, sentence: string): LeftOut {
  return { object, field, sentence, mayChangeOutcomes: true };
}

function ofRoutes({ virtualServices }: Mesh): LeftOut[] {
  return virtualServices.flatMap(({ name, namespace, spec }) =>
    (spec.http ?? []).flatMap(({ mirror, mirrors, rewrite }, index) => {
      const say = (field: string, sentence: string): LeftOut =>
        told(`VirtualService ${namespace}/${name}`, `spec.http[${index}].${field}`, sentence);
      return [
        ...(mirror === undefined && mirrors === undefined
          ? []
          : [
              say('mirror', 'predicted requests are not mirrored: no copy takes a place in a pool'),
            ]),
        ...(rewrite?.authority === undefined
          ? []
          : [say('rewrite.authority', 'a next proxy finds its route by the authority as it was')]),
      ];
    }),
  );
}

function ofEndpoints({ name, namespace, entry, endpoints }: Service): LeftOut[] {
  const object = entry === undefined ? `Service ${namespace}/${name}` : `ServiceEntry ${entry}`;
  const weights = new Set(endpoints.map((one) => one.entry?.weight ?? 1));
  const localities = new Set(
    endpoints.map(({ pod, entry: own }) => JSON.stringify(pod?.locality ?? own?.locality ?? null)),
  );
  return [
    ...(endpoints.every(({ pod }) => pod !== undefined)
      ? []
      : [
          told(
            object,
            'endpoints',
            'a predicted connection to an address of no pod is refused at once: what answers ' +
              'nothing would hold it for connectTimeout',
          ),
        ]),
    ...(weights.size > 1
      ? [
          told(
            object,
            'endpoints.weight',
            'predicted requests do not go by the weights of endpoints',
          ),
        ]
      : []),
    ...(localities.size > 1
      ? [
          told(
            object,
            'endpoints.locality',
            'a predicted request chooses among all endpoints of a priority, not a locality first',
          ),
        ]
      : []),
  ];
}

function ofServers({ pods }: Mesh): LeftOut[] {
  return pods.flatMap((pod) => {
    if (pod.runs.app !== 'server') return [];
    const { env } = pod.runs;
    const say = (field: string, sentence: string): LeftOut =>
      told(`Pod ${podId(pod)}`, field, sentence);
    const { responseBytes = 0, calls = [] } = JSON.parse(
      env[SERVER.behaviour] ?? '{}',
    ) as ServerBehaviour;
    const bodies = [responseBytes, ...calls.map(({ requestBytes = 0 }) => requestBytes)];
    return [
      ...(Number(env[SERVER.backlog] ?? Infinity) < SERVER_DEFAULTS.backlog
        ? [
            say(
              `env ${SERVER.backlog}`,
              'a predicted connection beyond it is tried again until it stands, however short connectTimeout is',
            ),
          ]
        : []),
      ...(bodies.some((bytes) => bytes >= LARGE_BYTES)
        ? [
            say(
              `env ${SERVER.behaviour}`,
              'predicted bodies take no time on their way, however large',
            ),
          ]
        : []),
    ];
  });
}

/** An Envoy without a mesh knows a Service's one address, behind which are its pods. */
function ofStandalone({ pods, services }: Mesh): LeftOut[] {
  return pods.flatMap((pod) => {
    if (pod.runs.app !== 'envoy') return [];
    const { container }: Program = pod.runs;
    const hosts = standaloneEnvoy(pod, container).static_resources.clusters.flatMap((cluster) =>
      cluster.load_assignment.endpoints.flatMap(({ lb_endpoints }) =>
        lb_endpoints.map(({ endpoint }) => endpoint.address.socket_address.address),
      ),
    );
    return services
      .filter(({ name, host, endpoints }) => {
        const isNamed = hosts.some(
          (one) => one === name || one === host || host.startsWith(`${one}.`),
        );
        return isNamed && endpoints.length > 1;
      })
      .map(({ name, namespace, endpoints }) =>
        told(
          `Pod ${podId(pod)}`,
          `cluster of ${namespace}/${name}`,
          `a predicted Envoy chooses among the ${endpoints.length} pods of the Service, where it ` +
            'has one endpoint and each connection is given to one of them',
        ),
      );
  });
}
