/**
 * Sets every field of the modelled kinds once: the translation for some proxy changes, or the field is
 * listed as left out, or it stands in the table below, which says why it cannot matter for breaking.
 */
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { KINDS } from '../../../istio/fields.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import { MODELLED } from '../../../lab/mesh/policies.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { deployment, istio, namespace, NAMESPACE, service } from '../mesh/objects.ts';
import { mutationsOf, type Context } from './mutations.ts';

/** Why a field neither changes what Envoy is sent nor is worth a word, by how its path ends. */
const NO_MATTER: readonly (readonly [kind: string, path: RegExp, because: string])[] = [
  ['Gateway', /^servers\.(name|port\.name)$/, 'a name for people'],
  ['Sidecar', /^egress\.port\.name$/, 'a name for people'],
  ['ServiceEntry', /^ports\.name$/, 'a name by which endpoints may give a number of their own'],
  [
    'Sidecar',
    /^inboundConnectionPool\.http\.(h2UpgradePolicy|http2KeepAlive)/,
    'istiod does not act on it on the way in',
  ],
];

const toServer = { route: [{ destination: { host: 'server' } }] };
const ownServer = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] };

const PORT = { number: 80, name: 'web', protocol: 'HTTP' };

/** What else of an object a field needs to mean anything. */
const CONTEXTS: Readonly<Record<string, readonly Context[]>> = {
  DestinationRule: [
    { of: /portLevelSettings/, within: 'portLevelSettings', fields: { port: { number: 80 } } },
    {
      of: /portLevelSettings\.port/,
      within: 'portLevelSettings',
      fields: { connectionPool: { tcp: { maxConnections: 3 } } },
    },
    {
      of: /\.http\.(http2KeepAlive|maxConcurrentStreams)/,
      within: 'connectionPool.http',
      fields: { h2UpgradePolicy: 'UPGRADE' },
    },
    {
      of: /consecutiveLocalOriginFailures/,
      within: 'outlierDetection',
      fields: { splitExternalLocalOriginErrors: true },
    },
    { of: /localityLbSetting/, within: 'localityLbSetting', fields: { enabled: true } },
    ...['trafficPolicy', 'portLevelSettings'].map((within) => ({
      of: new RegExp(`${within}\\.loadBalancer\\.localityLbSetting`),
      within,
      fields: { outlierDetection: {} },
    })),
    { of: /failover\.from/, within: 'failover', fields: { to: 'third' } },
    { of: /failover\.to/, within: 'failover', fields: { from: 'here' } },
    { of: /distribute\.to/, within: 'distribute', fields: { from: 'here/*' } },
    {
      of: /consistentHash\.(ringHash|maglev|minimumRingSize)/,
      within: 'consistentHash',
      fields: { useSourceIp: true },
    },
  ],
  VirtualService: [
    { of: /./, within: '', fields: { hosts: ['server'] } },
    { of: /^http\.(?!redirect|directResponse|delegate)/, within: 'http', fields: toServer },
    { of: /^(exportTo|gateways|hosts)/, within: '', fields: { http: [toServer] } },
    { of: /fault\.abort\.percentage/, within: 'abort', fields: { httpStatus: 503 } },
    { of: /fault\.delay\.percent/, within: 'delay', fields: { fixedDelay: '5s' } },
    {
      of: /^http\.route\.weight/,
      within: 'http',
      fields: {
        route: ['server', 'other'].map((host) => ({ destination: { host }, weight: 1 })),
      },
    },
    {
      of: /^tcp/,
      within: '',
      fields: { hosts: ['db'], tcp: [{ route: [{ destination: { host: 'other' } }] }] },
    },
    {
      of: /^tcp\.route\.weight/,
      within: 'tcp',
      fields: { route: ['db', 'other'].map((host) => ({ destination: { host }, weight: 1 })) },
    },
    { of: /derivePort/, within: 'redirect', fields: { scheme: 'https' } },
    { of: /\.retries\./, within: 'retries', fields: { attempts: 1 } },
  ],
  Gateway: [
    { of: /./, within: '', fields: { selector: { istio: 'own' } } },
    { of: /./, within: '', fields: { servers: [ownServer] } },
  ],
  PeerAuthentication: [
    { of: /^selector/, within: '', fields: { mtls: { mode: 'DISABLE' } } },
    { of: /^portLevelMtls/, within: '', fields: { selector: { matchLabels: { app: 'server' } } } },
  ],
  Telemetry: [
    {
      of: /^(selector|accessLogging)/,
      within: '',
      fields: { accessLogging: [{ providers: [{ name: 'envoy' }] }] },
    },
  ],
  Sidecar: [
    { of: /^egress\.(?!hosts)/, within: 'egress', fields: { hosts: ['./*'] } },
    { of: /^egress\.hosts/, within: 'egress', fields: { hosts: ['*/*'] } },
    { of: /^egress\.port\.(?!number)/, within: 'port', fields: { number: 80 } },
    {
      of: /^workloadSelector/,
      within: '',
      fields: { inboundConnectionPool: { tcp: { maxConnections: 3 } } },
    },
  ],
  ServiceEntry: [
    { of: /^(?!hosts)/, within: '', fields: { hosts: ['api.test'] } },
    { of: /^(?!ports)/, within: '', fields: { ports: [PORT] } },
    { of: /^ports\./, within: 'ports', fields: PORT },
    { of: /^(addresses|location|endpoints)/, within: '', fields: { resolution: 'STATIC' } },
    { of: /^endpoints\.(?!address)/, within: 'endpoints', fields: { address: '10.1.1.1' } },
    { of: /^endpoints\.weight/, within: 'endpoints', fields: { address: '10.1.1.1' } },
    {
      of: /^workloadSelector/,
      within: '',
      fields: { resolution: 'STATIC', location: 'MESH_INTERNAL' },
    },
  ],
  WorkloadEntry: [
    { of: /^(?!labels)/, within: '', fields: { labels: { app: 'server' } } },
    { of: /^(?!address)/, within: '', fields: { address: '10.1.1.1' } },
  ],
  ProxyConfig: [{ of: /^selector/, within: '', fields: { concurrency: 5 } }],
};

const OTHERS = [
  namespace(),
  deployment('client', { labels: { app: 'client', version: 'v1', 'istio-locality': 'here.a' } }),
  ...['here', 'far', 'third'].map((region, i) =>
    deployment(i === 0 ? 'server' : `server-${region}`, {
      labels: { app: 'server', version: `v${i + 1}`, 'istio-locality': `${region}.a` },
    }),
  ),
  service('server'),
  deployment('other'),
  service('other'),
  service('db', { name: 'tcp', port: 90, targetPort: 5000 }),
  deployment('own', {
    labels: { app: 'gateway', istio: 'own' },
    annotations: { 'inject.istio.io/templates': 'gateway' },
  }),
  istio('Gateway', 'own', { selector: { istio: 'own' }, servers: [ownServer] }),
  istio('VirtualService', 'to-subset', {
    hosts: ['subset.test'],
    http: [{ route: [{ destination: { host: 'server', subset: 'envoy', port: { number: 80 } } }] }],
  }),
  istio('VirtualService', 'through', { hosts: ['server'], gateways: ['it'], http: [toServer] }),
];

const apiVersionOf = (kind: string): string => KINDS[kind]?.apiVersions[0] ?? '';

function meshWith(kind: string, spec: object): Mesh {
  const object = {
    ...{ apiVersion: apiVersionOf(kind), kind, metadata: { name: 'it', namespace: NAMESPACE } },
    spec,
  };
  return meshOf([...OTHERS, object]);
}

function translated(mesh: Mesh): string {
  return JSON.stringify(
    mesh.pods.map((pod) => [
      pod.proxyConcurrency,
      pod.proxy === 'none' ? null : proxyConfig(mesh, pod),
    ]),
  );
}

function isListed(mesh: Mesh, kind: string, path: string): boolean {
  return mesh.leftOut.some(({ object, field }) => {
    const plain = field?.replaceAll(/\.\d+(?=\.|$)/g, '');
    return (
      object === `${kind} ${NAMESPACE}/it` &&
      plain !== undefined &&
      (`spec.${path}` === plain || `spec.${path}.`.startsWith(`${plain}.`))
    );
  });
}

describe.each(Object.values(MODELLED).map(([kind]) => kind))('%s', (kind) => {
  const fields = KINDS[kind]?.spec ?? 'any';
  /** Of what several fields are added to, by its text. */
  const before = new Map<string, string>();
  const translatedOnce = (spec: object): string => {
    const text = JSON.stringify(spec);
    const known = before.get(text) ?? translated(meshWith(kind, spec));
    before.set(text, known);
    return known;
  };
  test.each(mutationsOf(fields, CONTEXTS[kind] ?? []).map((one) => [one.path, one] as const))(
    '%s',
    (path, { pairs }) => {
      const matters = pairs.some(([without, with_]) => {
        try {
          const after = meshWith(kind, with_);
          return isListed(after, kind, path) || translatedOnce(without) !== translated(after);
        } catch (error) {
          // A value that an API server would not take; another one is tried.
          if (error instanceof LabError) return false;
          throw error;
        }
      });
      const excuse = NO_MATTER.find(([of, where]) => of === kind && where.test(path));
      expect([path, matters || excuse !== undefined]).toEqual([path, true]);
    },
  );
});
