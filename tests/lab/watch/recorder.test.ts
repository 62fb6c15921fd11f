/** What clients say is kept apart by client and batch, and what they do not say is missed. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Recorder } from '../../../lab/watch/recorder.ts';
import { longestSilence, silenceFault } from '../../../lab/watch/silence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function recorder(clients: number): Recorder {
  return new Recorder(clients, true, () => undefined);
}

function begin(to: Recorder, client: string, batch: number, dueAt = 0): void {
  to.clientEvent({ event: 'batch', client, batch, size: 1, dueAt, startedAt: dueAt });
}

function answer(to: Recorder, client: string, batch: number, sentAt = 0): void {
  const times = { sentAt, endedAt: sentAt + 1 };
  to.clientEvent({ event: 'response', id: 'x', client, batch, status: 200, ...times });
}

it('takes two pods of one name in two namespaces for two', () => {
  const seen = recorder(2);
  for (const client of ['one/pyclient-0', 'two/pyclient-0']) begin(seen, client, 0);
  answer(seen, 'one/pyclient-0', 0);
  expect(seen.finishedBatches).toBe(0);
  expect(seen.waitedFor(['one/pyclient-0', 'two/pyclient-0'])).toBe('batch 1 of two/pyclient-0');
  answer(seen, 'two/pyclient-0', 0);
  expect(seen.finishedBatches).toBe(1);
});

it('has all of a load that is bounded by time once its client is done', () => {
  const seen = recorder(1);
  seen.clientEvent({ event: 'batch', client: 'ns/a', batch: 0, size: null, startedAt: 0 });
  answer(seen, 'ns/a', 0);
  expect(seen.finishedBatches).toBe(0);
  seen.clientEvent({ event: 'done', client: 'ns/a' });
  expect(seen.finishedBatches).toBe(1);
});

it('knows how long nobody has said anything of the load; a lag is nothing of it', () => {
  const seen = recorder(1);
  begin(seen, 'ns/a', 0);
  vi.advanceTimersByTime(70_000);
  seen.clientEvent({ event: 'lag', client: 'ns/a', at: 0, lagMs: 80 });
  expect(seen.silentFor()).toBe(70_000);
  expect(silenceFault(70_000, seen.waitedFor(['ns/a']))).toBe(
    'no client has logged anything for 70 s: waited for batch 1 of ns/a',
  );
  answer(seen, 'ns/a', 0);
  expect(seen.silentFor()).toBe(0);
});

it('finds the batch that a lag of a client disturbed, and the one that was sent late', () => {
  const seen = recorder(1);
  for (const batch of [0, 1, 2]) begin(seen, 'ns/a', batch, 1000 * batch);
  answer(seen, 'ns/a', 0, 4);
  answer(seen, 'ns/a', 1, 1090);
  answer(seen, 'ns/a', 2, 2004);
  seen.clientEvent({ event: 'lag', client: 'ns/a', at: 2004.5, lagMs: 70 });
  expect(seen.disturbances(3, 50).map(({ batch, lagMs }) => [batch, lagMs])).toEqual([
    [1, 90],
    [2, 70],
  ]);
});

it('counts each request of a batch from its own due time where they are due one after the other', () => {
  const seen = recorder(1);
  const [client, size] = ['ns/a', 3];
  const batch = {
    event: 'batch',
    client,
    batch: 0,
    size,
    dueAt: 0,
    gapMs: 100,
    startedAt: 0,
  } as const;
  seen.clientEvent(batch);
  [0, 101, 260].forEach((sentAt, index) => {
    const times = { sentAt, endedAt: sentAt + 1 };
    seen.clientEvent({
      event: 'response',
      id: 'x',
      client,
      batch: 0,
      index,
      status: 200,
      ...times,
    });
  });
  expect(seen.disturbances(1, 50).map(({ lagMs }) => lagMs)).toEqual([60]);
});

it.each([
  [{}, 110_000],
  [{ INTERVAL: '2s', TIMEOUT: '10s', INITIAL_DELAY: '20s' }, 62_000],
  [{ INTERVAL: 'soon' }, 110_000],
  [{ MODE: 'closed' }, 90_000],
  [{ MODE: 'paced', TIMEOUT: '10s' }, 40_100],
  [{ MODE: 'none such' }, 90_000],
])('lets clients with %j be silent for %i ms', (env: Record<string, string>, ms) => {
  expect(longestSilence((name) => env[name])).toBe(ms);
});
