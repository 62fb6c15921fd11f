/**
 * Ten clients of a server that closes each connection, as the first of the experiments has it, on real
 * Envoys: with five connections allowed and no limit to the queue, and with a queue of one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observation, type Observation } from '../../../experiment/observation.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lab } from '../../support/lab.ts';

const SERVICE_MS = 400;
const SERVER = `
pyserver: {serviceTime: ${SERVICE_MS}ms, keepAlive: false}
`;

/** @param pool of the rule, in one line */
async function run(pool: string, load: string, ...args: string[]): Promise<Observation> {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'rule.yaml'),
    `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pyserver, namespace: lab}
spec: {host: pyserver, trafficPolicy: {connectionPool: ${pool}}}
`,
  );
  writeFileSync(join(folder, 'behaviour.yaml'), SERVER);
  const { stdout, stderr } = await lab([
    ...['run', '--manifests', folder, '--json', '--load', load, ...args],
  ]);
  if (stdout === '') throw new Error(stderr);
  return observation.parse(JSON.parse(stdout));
}

it('five connections and no limit to the queue: all are answered, never more than five at once', async () => {
  const { requests, faults } = await run(
    '{tcp: {maxConnections: 5}}',
    'batch(10, every=3s, url=http://pyserver/index)',
  );
  expect(faults).toEqual([]);
  expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200]));
  for (const { batch } of requests) {
    const own = requests.filter((one) => one.batch === batch);
    const inOne = own.filter(({ sentMs, endedMs }) => endedMs - sentMs < 2 * SERVICE_MS);
    // Five, and the leeway of a connection for each worker of two proxies.
    expect(inOne.length).toBeLessThanOrEqual(5 + 2);
  }
});

it('and a queue of one: what is not answered was refused for it, at once', async () => {
  const { requests, faults } = await run(
    '{tcp: {maxConnections: 5}, http: {http1MaxPendingRequests: 1}}',
    'batch(10, every=3s, spread=13ms, url=http://pyserver/index)',
    '--batches',
    '1',
  );
  expect(faults).toEqual([]);
  expect(requests).toHaveLength(10);
  const refused = requests.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThanOrEqual(10 - (5 + 1 + 2));
  for (const { refusedBy } of refused) {
    expect(refusedBy).toMatch(/^(client|server)-proxy\/pending$/);
  }
});
