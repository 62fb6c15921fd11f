/** A third observer, which has seen no mesh and no log: all that is made of an observation is made of its. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { observation as observationSchema, type Request } from '../../../experiment/observation.ts';
import { finish } from '../../../lab/analysis/finish.ts';
import { follow } from '../../../lab/commands/follow.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { keep } from '../../../lab/commands/record.ts';
import type { Observe } from '../../../lab/watch/observe.ts';
import { limits, proxy, request } from '../analysis/logged.ts';
import { refused } from '../analysis/observed.ts';
import { temporaryFolder } from '../../support/folder.ts';

const BATCHES = 3;
const BATCH_SIZE = 10;

/** Full pools, as a person reckons them: so many at once, so many after those, the others refused. */
const foretell: Observe = ({ mesh, experiment, timeScale, digest }, { onProgress }) => {
  const { tcp, http } = mesh.destinationRules[0]?.spec.trafficPolicy?.connectionPool ?? {};
  const atOnce = tcp?.maxConnections ?? Infinity;
  const waiting = http?.http1MaxPendingRequests ?? Infinity;
  const requests = Array.from({ length: BATCHES * BATCH_SIZE }, (_, index): Request => {
    const place = index % BATCH_SIZE;
    const answer = place < atOnce ? { endedMs: 5000 } : { endedMs: 10_000 };
    const ending = place < atOnce + waiting ? answer : refused;
    return request({ id: String(index), batch: Math.floor(index / BATCH_SIZE), ...ending });
  });
  const after = { upstream_rq_pending_overflow: requests.filter((one) => one.refusedBy).length };
  const thresholds = limits({ max_connections: atOnce, max_pending_requests: waiting });
  onProgress({ kind: 'note', text: 'reckoned' });
  return Promise.resolve(
    finish({
      ...{ source: 'prediction', startedAt: new Date(0).toISOString(), batches: BATCHES, requests },
      ...{ experiment, timeScale, digest, versions: { envoy: null, istio: null } },
      proxies: [proxy({ thresholds, after })],
    }),
  );
};

const expectations = [
  { name: 'after one service time', status: 200, serviceTimes: [0.9, 1.1], count: [5, 5] },
  { name: 'refused', refusedBy: 'client-proxy/pending', count: [3, 3] },
];

it('gets a verdict, an explanation, a record and a report', async () => {
  const settings = ['maxConnections=5', 'http1MaxPendingRequests=1', 'serverDelay=5s'];
  const set = [...settings, 'load=batch', `expect=${JSON.stringify(expectations)}`];
  const prepared = await prepare('dev', { set }, { batches: BATCHES, timeScale: 1 });
  const said: unknown[] = [];
  const view = { show: (progress: unknown) => said.push(progress), end: () => undefined };

  const observation = await follow(prepared, foretell, () => view);
  expect(said).toEqual([{ kind: 'note', text: 'reckoned' }]);
  expect(observationSchema.parse(observation)).toEqual(observation);
  expect(observation).toMatchObject({ stack: 'dev', source: 'prediction', durationMs: 10_000 });
  expect(observation.verdict).toMatchObject({
    outcome: 'does not hold',
    checks: [
      { name: 'warm batches', outcome: 'holds' },
      { name: 'after one service time', seen: '5 5 5', outcome: 'holds' },
      { name: 'refused', seen: '4 4 4', outcome: 'does not hold' },
      { name: 'nothing broke', outcome: 'holds' },
    ],
  });
  expect(observation.explanation[0]).toMatch(
    /^12 requests got 503 UO from the client's proxy: .*max_pending_requests 1/,
  );

  const record = await keep(temporaryFolder(), observation);
  expect(record.verdictLine).toBe(
    'does not hold: 3 of 4 checks (refused: expected 3 in every warm batch, seen 4 4 4)',
  );
  expect(record.refusals).toEqual({ 'client-proxy/pending': 12 });
  expect(JSON.parse(readFileSync(record.observation, 'utf8'))).toEqual(observation);
  const report = readFileSync(record.report, 'utf8');
  expect(report).toMatch(/^503 UO at once, client's proxy: pending requests full +4 +4 +4$/m);
  expect(report).toMatch(/\nThe verdict does not hold\.\n$/);
});
