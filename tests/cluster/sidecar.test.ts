/**
 * `lab observe` beside a real Envoy: no istiod injects one here, so the client's pod brings its own
 * `istio-proxy`, with a breaker, its log on standard output and its admin interface on the pod's
 * loopback, as an injected sidecar has them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { experiment as experimentSchema } from '../../experiment/experiment.ts';
import { ACCESS_LOG } from '../../lab/local/bootstrap.ts';
import type { KubernetesObject } from '../../lab/objects/object.ts';
import { observation as schema, type Observation } from '../../experiment/observation.ts';
import { loadSource } from '../../lab/objects/source.ts';
import { lab } from '../support/lab.ts';
import { rolledOut, settingsOf } from './deployed.ts';
import { buildImages, CLIENT_IMAGE, imageTool, putEnvoyImage } from './image.ts';
import { apply, createNamespace, podsOf, removeNamespace, namespaceFor } from './kubectl.ts';

const NAMESPACE = namespaceFor('sidecar');
const PROXY_IMAGE = 'circuit-lab-proxy:test';
const HOST = `pyserver.${NAMESPACE}.svc.cluster.local`;
const CLUSTER = `outbound|80||${HOST}`;
const skipped = inject('noCluster') !== '' || imageTool === undefined;

function socketAddress(address: string, port: number): object {
  return { address: { socket_address: { address, port_value: port } } };
}

/** Five connections and one waiting request, between the client and the server's Service. */
const bootstrap = {
  node: { id: 'sidecar', cluster: 'pyclient', metadata: { ISTIO_VERSION: '1.30.3' } },
  admin: socketAddress('127.0.0.1', 15_000),
  static_resources: {
    clusters: [
      {
        name: CLUSTER,
        alt_stat_name: `${CLUSTER};`,
        type: 'STRICT_DNS',
        circuit_breakers: { thresholds: [{ max_connections: 5, max_pending_requests: 1 }] },
        load_assignment: {
          cluster_name: CLUSTER,
          endpoints: [{ lb_endpoints: [{ endpoint: socketAddress(HOST, 80) }] }],
        },
      },
    ],
    listeners: [
      {
        name: 'outbound',
        ...socketAddress('127.0.0.1', 15_001),
        filter_chains: [{ filters: [{ name: 'http', typed_config: manager() }] }],
      },
    ],
  },
};

function manager(): object {
  const type = 'type.googleapis.com/envoy.extensions.filters';
  const route = { match: { prefix: '/' }, route: { cluster: CLUSTER, timeout: '0s' } };
  return {
    '@type': `${type}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'outbound',
    preserve_external_request_id: true,
    access_log: [ACCESS_LOG],
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }] },
    http_filters: [{ name: 'router', typed_config: { '@type': `${type}.http.router.v3.Router` } }],
  };
}

const experiment = experimentSchema.parse({
  stack: 'sidecar',
  serviceTime: '1s',
  warmBatches: 2,
  expect: [
    { name: 'answered', status: 200, count: [4, 8] },
    { name: 'refused', refusedBy: 'client-proxy/pending', count: [2, 6] },
    {
      name: 'counted',
      statistic: 'upstream_rq_pending_overflow',
      of: 'client',
      total: [4, 100],
    },
  ],
});

/** The stack's objects, with a proxy of its own in the client's pod. */
async function objectsWithProxy(): Promise<KubernetesObject[]> {
  const { objects } = await loadSource('baseline', { set: settingsOf(NAMESPACE) });
  const configMap = (name: string, data: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE },
    data,
  });
  return [
    ...objects
      .filter(({ kind }) => kind !== 'ConfigMap')
      .map((object) =>
        object.kind === 'Deployment' && object.metadata.name === 'pyclient'
          ? withProxy(object)
          : object,
      ),
    configMap('proxy', { 'envoy.json': JSON.stringify(bootstrap) }),
    configMap('circuit-lab', { 'experiment.json': JSON.stringify(experiment) }),
  ];
}

interface PodSpec {
  containers: { env: object[]; image: string }[];
  volumes?: object[];
}

function withProxy(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as KubernetesObject & {
    spec: { template: { spec: PodSpec } };
  };
  const { spec } = copy.spec.template;
  const [client] = spec.containers;
  if (client?.image !== CLIENT_IMAGE) throw new Error('the client has no container');
  client.env.push({ name: 'http_proxy', value: 'http://127.0.0.1:15001' });
  const proxy = {
    ...client,
    name: 'istio-proxy',
    image: PROXY_IMAGE,
    env: [],
    ports: [],
    volumeMounts: [{ name: 'proxy', mountPath: '/etc/proxy' }],
  };
  for (const probe of ['readinessProbe', 'livenessProbe']) Reflect.deleteProperty(proxy, probe);
  spec.containers.push(proxy);
  spec.volumes = [{ name: 'proxy', configMap: { name: 'proxy' } }];
  return copy;
}

describe.skipIf(skipped)('a client with a sidecar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'circuit-lab-test-'));
  let seen: Observation;
  let client: string;

  beforeAll(async () => {
    buildImages();
    const flags = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'];
    await putEnvoyImage(PROXY_IMAGE, ['-c', '/etc/proxy/envoy.json', ...flags]);
    await createNamespace(NAMESPACE);
    const objects = await objectsWithProxy();
    const { code, stderr } = await apply(objects, '--force-conflicts');
    if (code !== 0) throw new Error(stderr);
    for (const name of ['pyserver', 'pyclient']) await rolledOut(NAMESPACE, name);
    client = (await podsOf(NAMESPACE, 'app=pyclient'))[0] ?? '';

    const manifests = join(folder, 'objects.json');
    writeFileSync(manifests, JSON.stringify({ kind: 'List', items: objects }));
    const observed = await lab(['observe', '--manifests', manifests, '--json']);
    expect(observed.stdout, observed.stderr).not.toBe('');
    seen = schema.parse(JSON.parse(observed.stdout));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await removeNamespace(NAMESPACE);
  });

  it('has its proxy read through the API: limits, counters, gauges, versions', () => {
    expect(seen.faults).toEqual([]);
    expect(seen.leftOut).toContainEqual(expect.stringMatching(/^counters are of the whole time/));
    expect(seen.versions).toEqual({ envoy: '1.40.0', istio: '1.30.3' });
    expect(seen.proxies).toMatchObject([{ pod: `${NAMESPACE}/${client}`, role: 'client' }]);
    const cluster = seen.proxies[0]?.clusters.find(({ name }) => name === CLUSTER);
    expect(cluster?.thresholds).toMatchObject({ max_connections: 5, max_pending_requests: 1 });
    expect(cluster?.after['upstream_rq_pending_overflow']).toBeGreaterThan(
      cluster?.before['upstream_rq_pending_overflow'] ?? 0,
    );
    expect(Math.max(...(cluster?.gauges['upstream_cx_active']?.value ?? []))).toBe(5);
  });

  it('has every refusal traced to its breaker', () => {
    const refused = seen.requests.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const request of refused) {
      expect(request).toMatchObject({
        refusedBy: 'client-proxy/pending',
        flags: { client: 'UO', server: null },
      });
    }
    for (const request of seen.requests) expect(request.flags.client).not.toBeNull();
  });

  it('is judged by the same checks as a local run', () => {
    expect(seen.verdict.checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(seen.verdict.outcome).toBe('holds');
    expect(seen.explanation.join('\n')).toMatch(/got 503 UO from the client's proxy/);
  });
});
