/** Loads whose requests leave when they are due: what the client sends, and when. */
import { describe, expect, it } from 'vitest';
import { countingServer, number, startClient } from '../support.ts';

/** Ms after the first request at which each was due. */
async function dues(env: Readonly<Record<string, string>>): Promise<number[]> {
  const server = await countingServer((response) => response.end('ok'));
  const client = startClient({ ...env, URL: server.url });
  expect((await client.exited).code).toBe(0);
  const sent = client.events('sent').map((line) => number(line, 'sentAt'));
  expect(server.requests).toHaveLength(sent.length);
  expect(client.events('done')).toMatchObject([{ requests: sent.length }]);
  expect(client.events('batch')).toHaveLength(1);
  return sent.map((at) => Math.round(at - (sent[0] ?? 0)));
}

it('replay sends at the times that it is told', async () => {
  expect(await dues({ MODE: 'replay', SEND_AT: '0ms, 30ms, 30ms, 100ms' })).toEqual([
    0, 30, 30, 100,
  ]);
});

it('steps sends at one rate after the other', async () => {
  expect(
    await dues({ MODE: 'steps', STEPS: '100/s for 30ms, 0/s for 20ms, 50/s for 40ms' }),
  ).toEqual([0, 10, 20, 50, 70]);
});

it('poisson sends the same for the same seed', async () => {
  const env = { MODE: 'poisson', RATE: '200/s', REQUESTS: '20', SEED: '3' };
  const [first, second] = await Promise.all([dues(env), dues(env)]);
  expect(first).toHaveLength(20);
  expect(second).toEqual(first);
  expect(new Set(first.map((ms, index) => ms - (first[index - 1] ?? 0))).size).toBeGreaterThan(3);
});

describe('DURATION', () => {
  it('ends an open loop: none is due after it', async () => {
    expect(await dues({ MODE: 'paced', INTERVAL: '20ms', DURATION: '90ms' })).toEqual([
      0, 20, 40, 60, 80,
    ]);
  });

  it('does not add to the number of requests', async () => {
    expect(
      await dues({ MODE: 'paced', INTERVAL: '20ms', DURATION: '90ms', REQUESTS: '2' }),
    ).toEqual([0, 20]);
  });

  it('ends a closed loop', async () => {
    const sent = await dues({ MODE: 'closed', WORKERS: '2', DURATION: '500ms' });
    expect(sent.length).toBeGreaterThan(2);
    // One that was about to be sent may be late, on a busy machine by much.
    expect(sent.at(-1)).toBeLessThan(1500);
  });
});

it('RATE holds the workers of a closed loop back, each with its share', async () => {
  const env = { MODE: 'closed', WORKERS: '2', REQUESTS: '6', RATE: '50/s' };
  const sent = await dues(env);
  expect(sent).toHaveLength(6);
  // Two at once, then two each 40 ms.
  expect(sent[3]).toBeGreaterThanOrEqual(38);
  expect(sent[5]).toBeGreaterThanOrEqual(78);
});

it.each([
  [{ MODE: 'replay' }, 'SEND_AT must be times since the start'],
  [{ MODE: 'replay', SEND_AT: '5ms, 4ms' }, "not '5ms, 4ms'"],
  [{ MODE: 'steps' }, 'STEPS must be rates one after the other'],
  [{ MODE: 'poisson', RATE: '0/s' }, 'RATE must be a rate with its unit'],
  [{ MODE: 'closed', REQUESTS: '0' }, 'REQUESTS must be a whole number from 1'],
])('%j is refused', async (env, message) => {
  const { code, stderr } = await startClient(env).exited;
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
