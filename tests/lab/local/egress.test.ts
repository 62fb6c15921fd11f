/** Hosts outside of the mesh on real Envoys: each way of finding them, with its breaker in the client's proxy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observation, type Observation } from '../../../experiment/observation.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lab } from '../../support/lab.ts';

async function run(objects: string): Promise<Observation> {
  const file = join(temporaryFolder(), 'egress.yaml');
  writeFileSync(file, objects);
  const { stdout, stderr } = await lab([
    ...['run', '--manifests', file, '--batches', '2', '--json'],
    ...['--behaviour', '*=200ms'],
  ]);
  if (stdout === '') throw new Error(stderr);
  return observation.parse(JSON.parse(stdout));
}

function entry(fields: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  ${fields}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 2}, http: {http1MaxPendingRequests: 1}}}
`;
}

it.each([
  ['resolution: DNS', 1],
  ['resolution: NONE', 1],
  ['resolution: STATIC\n  endpoints: [{address: 10.1.1.1}, {address: 10.1.1.2}]', 2],
])('%s', async (fields, servers) => {
  const { requests, faults, proxies, madeUp } = await run(entry(fields));
  expect(faults).toEqual([]);
  expect(requests).toHaveLength(20);
  const answered = requests.filter(({ status }) => status === 200);
  const refused = requests.filter(({ refusedBy }) => refusedBy === 'client-proxy/pending');
  expect(answered.length).toBeGreaterThan(0);
  // Two connections, a queue of one, and the leeway of a connection for each endpoint and worker.
  expect(answered.length / 2).toBeLessThanOrEqual(3 + 2 * servers);
  expect(answered.length + refused.length).toBe(20);
  for (const { endpoint } of answered) expect(endpoint).toMatch(/^shop\/api\.example\.com-[01]$/);
  const [own] = proxies.flatMap(({ clusters }) => clusters);
  expect(own?.name).toBe('outbound|80||api.example.com');
  expect(own?.thresholds.max_connections).toBe(2);
  expect(madeUp.join('\n')).toMatch(/ServiceEntry shop\/api: api\.example\.com .*is stood for by/);
});
