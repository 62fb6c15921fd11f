/**
 * `lab observe` of an experiment whose pods have sidecars, in a cluster without istiod: they are put
 * in by hand (handInjected.ts), and read, like injected ones, through the API server alone.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { observation as schema, type Observation } from '../../experiment/observation.ts';
import { meshOf } from '../../lab/mesh/mesh.ts';
import { loadSource } from '../../lab/objects/source.ts';
import { until } from '../lab/local/support.ts';
import { skipIfInconclusive } from '../support/busyMachine.ts';
import { lab, startLab } from '../support/lab.ts';
import { rolledOut, settingsOf } from './deployed.ts';
import { bootstrapOf, configuration, putProxyImage, withProxy } from './handInjected.ts';
import { buildImages } from './image.ts';
import { imageTool } from './imageTool.ts';
import {
  apply,
  createNamespace,
  kubectlOrThrow,
  podsOf,
  removeNamespace,
  namespaceFor,
} from './kubectl.ts';
import { temporaryFolder } from '../support/folder.ts';

const NAMESPACE = namespaceFor('sidecar');
const CLUSTER = `outbound|80||pyserver.${NAMESPACE}.svc.cluster.local`;
const skipped = inject('noCluster') !== '' || imageTool === undefined;

const expected = [
  { name: 'answered', status: 200, count: [5, 25] },
  { name: 'refused', refusedBy: ['client-proxy/pending', 'server-proxy/pending'], count: [5, 25] },
  { name: 'counted', statistic: 'upstream_rq_pending_overflow', of: 'client', total: [5, 1000] },
  { name: 'by servers', statistic: 'upstream_rq_pending_overflow', of: 'server', total: [1, 1000] },
];

// Batches that last longer than their interval, so that the clients compete for the server's places.
const settings = [
  ...settingsOf(NAMESPACE),
  ...['maxConnections=5', 'http1MaxPendingRequests=1', 'clientReplicas=3', 'batchInterval=1s'],
  `expect=${JSON.stringify(expected)}`,
];

describe.skipIf(skipped)('pods with sidecars', () => {
  const folder = temporaryFolder();
  const manifests = join(folder, 'objects.json');
  let seen: Observation;
  let clients: string[];

  beforeAll(async () => {
    buildImages();
    await putProxyImage();
    await createNamespace(NAMESPACE);
    const bare = (await loadSource('baseline', { set: settings })).objects;
    const injected = await loadSource('baseline', { set: [...settings, 'injection=true'] });
    const mesh = meshOf(injected.objects);
    const all = bare.map((one) => (one.kind === 'Deployment' ? withProxy(one) : one));
    const isClient = ({ kind, metadata }: (typeof all)[number]): boolean =>
      kind === 'Deployment' && metadata.name === 'pyclient';

    const servers = configuration(NAMESPACE, 'pyserver', bootstrapOf(mesh, 'pyserver', []));
    await applied([...all.filter((one) => !isClient(one)), servers]);
    await rolledOut(NAMESPACE, 'pyserver');
    const addresses = await kubectlOrThrow([
      ...['-n', NAMESPACE, 'get', 'pods', '-l', 'app=pyserver'],
      ...['-o', 'jsonpath={.items[*].status.podIP}'],
    ]);
    const calling = bootstrapOf(mesh, 'pyclient', addresses.split(' '));
    await applied([...all.filter(isClient), configuration(NAMESPACE, 'pyclient', calling)]);
    await rolledOut(NAMESPACE, 'pyclient');
    clients = await podsOf(NAMESPACE, 'app=pyclient');

    writeFileSync(manifests, JSON.stringify({ kind: 'List', items: all }));
    const observed = await lab(['observe', '--manifests', manifests, '--json']);
    expect(observed.stdout, observed.stderr).not.toBe('');
    seen = schema.parse(JSON.parse(observed.stdout));
  });
  afterAll(async () => {
    await removeNamespace(NAMESPACE);
  });

  it('have their proxies read through the API: limits, counters, gauges, versions', () => {
    expect(seen.faults).toEqual([]);
    expect(seen.leftOut.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^counters are of the whole time/),
    );
    expect(seen.versions).toEqual({ envoy: '1.40.0', istio: '1.30.3' });
    const asClients = seen.proxies.filter(({ role }) => role === 'client');
    expect(asClients.map(({ pod }) => pod).sort()).toEqual(
      clients.map((pod) => `${NAMESPACE}/${pod}`).sort(),
    );
    for (const { clusters } of asClients) {
      const cluster = clusters.find(({ name }) => name === CLUSTER);
      expect(cluster?.thresholds).toMatchObject({ max_connections: 5, max_pending_requests: 1 });
      expect(Math.max(...(cluster?.gauges['upstream_cx_active']?.value ?? []))).toBeGreaterThan(4);
    }
    const inbound = seen.proxies.filter(({ role }) => role === 'server');
    expect(inbound).toMatchObject([
      { clusters: [{ name: 'inbound|5000||', thresholds: { max_connections: 5 } }] },
    ]);
  });

  it('have every refusal traced to its breaker, on either side', () => {
    const refused = seen.requests.filter(({ status }) => status === 503);
    expect(new Set(refused.map(({ refusedBy }) => refusedBy))).toEqual(
      new Set(['client-proxy/pending', 'server-proxy/pending']),
    );
    for (const { status, flags, endpoint } of seen.requests) {
      expect(flags.client).not.toBeNull();
      if (status === 200) expect(endpoint).toMatch(`${NAMESPACE}/pyserver`);
    }
  });

  it('are judged by the same checks as a local run', (context) => {
    skipIfInconclusive(context, seen);
    expect(seen.verdict.checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(seen.verdict.outcome).toBe('holds');
    expect(seen.explanation.join('\n')).toMatch(/got 503 UO from the client's proxy/);
  });

  it('have the proxy of a pod that replaces another read like the others', async () => {
    const args = ['observe', '--manifests', manifests, '--batches', '4', '--json'];
    const running = startLab(args, temporaryFolder());
    await until('a batch was seen', () => running.stderr().includes('batch 1:'));
    const [gone = ''] = clients;
    await kubectlOrThrow(['-n', NAMESPACE, 'delete', 'pod', gone, '--wait=false']);
    const { stdout, stderr } = await running.ended;
    expect(stdout, stderr).not.toBe('');
    const again = schema.parse(JSON.parse(stdout));
    expect(again.faults).toContain(`pod ${NAMESPACE}/${gone} is gone`);
    const [come] = again.proxies.filter(
      ({ pod, role }) => role === 'client' && !clients.some((name) => pod.endsWith(name)),
    );
    const cluster = come?.clusters.find(({ name }) => name === CLUSTER);
    expect(cluster?.thresholds).toMatchObject({ max_connections: 5, max_pending_requests: 1 });
    expect(cluster?.after['upstream_rq_total']).toBeGreaterThan(0);
    expect(Math.max(...(cluster?.gauges['upstream_cx_active']?.value ?? []))).toBeGreaterThan(0);
  });
});

async function applied(objects: Parameters<typeof apply>[0]): Promise<void> {
  const { code, stderr } = await apply(objects, '--force-conflicts');
  if (code !== 0) throw new Error(stderr);
}
