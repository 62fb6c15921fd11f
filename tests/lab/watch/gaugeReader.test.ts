/** Which statistics are asked for, and that those that are not are read as 0. */
import { expect, it } from 'vitest';
import { EnvoyAdmin } from '../../../envoy/admin.ts';
import { EJECTIONS, GaugeReader } from '../../../lab/watch/gaugeReader.ts';

type Statistics = Readonly<Record<string, number>>;

/** A proxy that answers these, one after the other, and of which only `used` were ever set. */
function proxyWith(...readings: { all: Statistics; used: readonly string[] }[]) {
  const asked: boolean[] = [];
  const admin = new EnvoyAdmin((path) => {
    const isUsed = new URL(path, 'http://proxy').searchParams.has('usedonly');
    asked.push(isUsed);
    const { all = {}, used = [] } = readings.shift() ?? {};
    const stats = Object.entries(all)
      .filter(([name]) => !isUsed || used.includes(name))
      .map(([name, value]) => ({ name: `cluster.a;.${name}`, value }));
    return Promise.resolve({ status: 200, body: JSON.stringify({ stats }) });
  });
  return { admin, asked };
}

const NOTHING = { upstream_rq_active: 0, upstream_cx_active: 0 };
const BUSY = { upstream_rq_active: 2, upstream_cx_active: 0 };

it('what was never set is 0, and is not asked for again', async () => {
  const { admin, asked } = proxyWith(
    { all: NOTHING, used: [] },
    { all: BUSY, used: ['upstream_rq_active'] },
    { all: NOTHING, used: ['upstream_rq_active'] },
  );
  const reader = new GaugeReader(admin, true);
  expect(await reader.read()).toEqual(new Map([['a', NOTHING]]));
  expect(await reader.read()).toEqual(new Map([['a', BUSY]]));
  expect(await reader.read()).toEqual(new Map([['a', NOTHING]]));
  expect(asked).toEqual([false, true, true]);
});

it('begins with what it finds, which need not be 0', async () => {
  const { admin } = proxyWith({ all: BUSY, used: [] }, { all: BUSY, used: ['upstream_rq_active'] });
  const reader = new GaugeReader(admin, true);
  expect(await reader.read()).toEqual(new Map([['a', BUSY]]));
  expect(await reader.read()).toEqual(new Map([['a', BUSY]]));
});

it('asks for all each time where some may be switched off or come later', async () => {
  const { admin, asked } = proxyWith(
    { all: {}, used: [] },
    { all: BUSY, used: ['upstream_rq_active'] },
  );
  const reader = new GaugeReader(admin, false);
  expect(await reader.read()).toEqual(new Map());
  expect(await reader.read()).toEqual(new Map([['a', BUSY]]));
  expect(asked).toEqual([false, false]);
});

it.each([
  ['counts ejections', { ...NOTHING, [EJECTIONS]: 0 }, true, true],
  ['keeps all statistics and counts none', NOTHING, true, false],
  ['may have switched the count off', NOTHING, false, true],
])('an endpoint of a proxy that %s may be ejected or not', async (_, all, keepsAll, mayEject) => {
  const reader = new GaugeReader(proxyWith({ all, used: [] }).admin, keepsAll);
  // Nobody knows yet.
  expect(reader.mayEject).toBe(true);
  await reader.read();
  expect(reader.mayEject).toBe(mayEject);
});
