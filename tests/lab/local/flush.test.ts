/** How soon proxies hand over the lines of their access logs: the more there are, the less often they wake up. */
import { expect, it } from 'vitest';
import { flushMs, loggedMs } from '../../../lab/local/flush.ts';
import type { Pod } from '../../../lab/mesh/model.ts';
import type { Plan } from '../../../lab/mesh/plan.ts';

/** As much of a plan as is counted. */
function plan(sidecars: number, others: { bare?: number; gateways?: number } = {}): Plan {
  const some = (count: number, proxy: Pod['proxy']): { pod: Pod }[] =>
    Array.from({ length: count }, () => ({ pod: { proxy } as Pod }));
  const { bare = 0, gateways = 0 } = others;
  return {
    servers: [...some(Math.ceil(sidecars / 2), 'sidecar'), ...some(bare, 'none')],
    clients: [...some(Math.floor(sidecars / 2), 'sidecar'), ...some(bare, 'none')],
    gateways: some(gateways, 'gateway').map(({ pod }) => pod),
    standalone: some(gateways, 'gateway'),
  } as unknown as Plan;
}

it.each([
  [25, 'no proxy', plan(0, { bare: 60 })],
  [25, 'a few proxies', plan(6, { gateways: 1 })],
  [60, 'sixty sidecars, whatever runs beside without one', plan(60, { bare: 60 })],
  [60, 'as many with gateways and stand-alone Envoys', plan(56, { gateways: 2 })],
  [100, 'a hundred', plan(100)],
  [100, 'more of them, as somebody waits for the lines', plan(250)],
])('within %i ms of %s', (ms, _, of) => {
  expect(flushMs(of)).toBe(ms);
});

it('waits for a line no shorter the longer Envoy keeps it', () => {
  expect([plan(2), plan(60), plan(250)].map(loggedMs)).toEqual([200, 235, 275]);
});
