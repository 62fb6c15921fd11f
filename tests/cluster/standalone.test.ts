/**
 * The stack `envoy-lab` in a cluster: its Envoy belongs to no mesh, so it does here what it does
 * everywhere, and `lab observe` has to find, read and judge it as the local run does.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { observation as schema, type Observation } from '../../experiment/observation.ts';
import { loadSource } from '../../lab/objects/source.ts';
import { skipIfInconclusive } from '../support/busyMachine.ts';
import { lab } from '../support/lab.ts';
import { rolledOut } from './deployed.ts';
import { buildImages, CLIENT_IMAGE, putEnvoyImage, SERVER_IMAGE } from './image.ts';
import { imageTool } from './imageTool.ts';
import { apply, createNamespace, namespaceFor, podsOf, removeNamespace } from './kubectl.ts';

const NAMESPACE = namespaceFor('standalone');
const skipped = inject('noCluster') !== '' || imageTool === undefined;
const settings = [
  'platform=kubernetes',
  `namespace=${NAMESPACE}`,
  `serverImage=${SERVER_IMAGE}`,
  `clientImage=${CLIENT_IMAGE}`,
];

describe.skipIf(skipped)('the stand-alone Envoy', () => {
  let seen: Observation;
  let proxy: string;

  beforeAll(async () => {
    buildImages();
    await putEnvoyImage('docker.io/envoyproxy/envoy:distroless-v1.40.0');
    await createNamespace(NAMESPACE);
    const { objects } = await loadSource('envoy-lab', { set: settings });
    const { code, stderr } = await apply(objects, '--force-conflicts');
    if (code !== 0) throw new Error(stderr);
    for (const name of ['pyserver', 'envoy', 'pyclient']) await rolledOut(NAMESPACE, name);
    proxy = (await podsOf(NAMESPACE, 'app=envoy'))[0] ?? '';

    const set = settings.flatMap((setting) => ['--set', setting]);
    const observed = await lab(['observe', 'envoy-lab', ...set, '--json']);
    expect(observed.stdout, observed.stderr).not.toBe('');
    seen = schema.parse(JSON.parse(observed.stdout));
  });
  afterAll(() => removeNamespace(NAMESPACE));

  it('was asked before the load began, which it then counted whole', () => {
    expect(seen.faults).toEqual([]);
    expect(seen.leftOut.map(({ sentence }) => sentence)).not.toContainEqual(
      expect.stringMatching(/^the load began before/),
    );
    expect(seen.requests).toHaveLength(200);
    expect(seen.proxies).toMatchObject([
      { pod: `${NAMESPACE}/${proxy}`, role: 'gateway', concurrency: 2 },
    ]);
    const cluster = seen.proxies[0]?.clusters.find(({ name }) => name.startsWith('pyserver.'));
    expect(cluster?.thresholds).toMatchObject({ max_connections: 20, max_pending_requests: 20 });
    const refused = seen.requests.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ refusedBy }) => refusedBy))).toEqual(
      new Set(['gateway/pending']),
    );
    expect(cluster?.before['upstream_rq_pending_overflow'] ?? 0).toBe(0);
    expect(cluster?.after['upstream_rq_pending_overflow']).toBe(refused.length);
  });

  it('is judged by the checks of the local run, and holds them', (context) => {
    skipIfInconclusive(context, seen);
    expect(seen.verdict.checks.filter(({ outcome }) => outcome !== 'holds')).toEqual([]);
    expect(seen.verdict.checks.length).toBeGreaterThan(4);
    expect(seen.explanation.join('\n')).toMatch(
      /got 503 UO from the gateway: .*max_pending_requests 20/,
    );
  });
});
