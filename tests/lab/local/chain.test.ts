/** A chain of services on real Envoys: each calls the next through its own sidecar. */
import { expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { observation, type Observation } from '../../../experiment/observation.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lab } from '../../support/lab.ts';

const named = (name: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: acme/${name}, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;

const RULE = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: store, namespace: shop}
spec:
  host: store
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}
`;

async function run(behaviour: string, injection = 'enabled'): Promise<Observation> {
  const folder = temporaryFolder();
  const namespace = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: ${injection}}}
`;
  const all = [namespace, ...['front', 'back', 'store'].map(named), RULE];
  writeFileSync(join(folder, 'mesh.yaml'), all.join('---\n'));
  writeFileSync(join(folder, 'behaviour.yaml'), behaviour);
  const load = 'batch(10, every=1s, url=http://front.shop/)';
  const args = ['run', '--manifests', folder, '--load', load, '--batches', '2', '--json'];
  const { stdout, stderr } = await lab(args);
  if (stdout === '') throw new Error(stderr);
  return observation.parse(JSON.parse(stdout));
}

const CHAIN = `
front: {serviceTime: 1ms, calls: [back]}
back: {serviceTime: 1ms, calls: [store/items], callErrorStatus: 502}
store: 200ms
`;

it('tells which of three proxies refused, by its own breaker', async () => {
  const { requests, explanation, faults } = await run(CHAIN);
  expect(faults).toEqual([]);
  const refused = requests.filter(({ refusedBy }) => refusedBy !== null);
  expect(refused.length).toBeGreaterThanOrEqual(8);
  expect(requests.length - refused.length).toBeGreaterThanOrEqual(2);
  for (const one of refused) {
    // What front answers to a 502 of back is its own usual 500.
    expect(one).toMatchObject({ status: 500, hop: { caller: 'back', called: 'store' } });
    expect(one.refusedBy).toMatch(/^(client|server)-proxy\/pending$/);
    expect(one.attempts).toBe(1);
  }
  expect(explanation.join('\n')).toMatch(
    /^\d+ of 20 requests were refused by the breaker of back's proxy for store, .*max_pending_requests 1/m,
  );
});

it('tells of refusals that a service hides from its callers', async () => {
  const { requests } = await run(CHAIN.replace('502', '200'));
  expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200]));
  const survived = requests.flatMap(({ survived: some = [] }) => some);
  expect(survived.length).toBeGreaterThanOrEqual(8);
  expect(survived[0]).toMatchObject({ caller: 'back', called: 'store' });
});

it('runs without sidecars, where nobody refuses', async () => {
  const { requests, proxies } = await run(CHAIN, 'disabled');
  expect(proxies).toEqual([]);
  expect(requests).toHaveLength(20);
  for (const { status, endedMs, sentMs } of requests) {
    expect(status).toBe(200);
    expect(endedMs - sentMs).toBeGreaterThan(195);
  }
});
