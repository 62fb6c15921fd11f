/** How long log lines are waited for: as long as they take to come, and no longer. */
import type { Role } from '../../../experiment/roles.ts';
import { expect, it } from 'vitest';
import { LogWait } from '../../../lab/watch/logWait.ts';
import type { ProxyLog } from '../../../lab/analysis/requests.ts';
import { entry } from '../analysis/logged.ts';

const NEVER = 60_000;

function lineOf(requestId: string, role: Role, isSent = true): ProxyLog {
  const upstreamLocalAddress = isSent ? '127.0.0.1:1' : undefined;
  return { pod: 'any', role, entry: entry({ requestId, upstreamLocalAddress }) };
}

function waiting(
  ids: readonly string[],
  logs: ProxyLog[],
  more: {
    readonly serversLog?: boolean;
    readonly limitMs?: number;
    readonly signal?: AbortSignal;
  } = {},
) {
  const { serversLog = true, limitMs = NEVER, signal = new AbortController().signal } = more;
  const wait = new LogWait({ ended: () => ids, logs: () => logs, serversLog, signal }, { limitMs });
  let isOver = false;
  const over = wait.untilLogged().then(() => {
    isOver = true;
  });
  return { over, isOver: () => isOver };
}

/** Longer than it takes to look again. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

it('is over at once where everything was logged', async () => {
  await waiting(['a'], [lineOf('a', 'client'), lineOf('a', 'server')]).over;
});

it('lasts until the proxy nearest to the client has logged every request', async () => {
  const logs = [lineOf('a', 'client', false)];
  const { over, isOver } = waiting(['a', 'b'], logs);
  await aWhile();
  expect(isOver()).toBe(false);
  logs.push(lineOf('b', 'gateway', false));
  await over;
});

it("lasts until the server's has logged what reached it, which may be nothing", async () => {
  const logs = [lineOf('a', 'client')];
  const { over, isOver } = waiting(['a'], logs);
  await aWhile();
  expect(isOver()).toBe(false);
  logs.push(lineOf('a', 'server'));
  await over;
  // Of `b` no line comes; none was long in coming, so it is not waited for to the limit.
  await waiting(['b'], [lineOf('b', 'client')]).over;
});

it('does not wait for servers that have no proxy', async () => {
  await waiting(['a'], [lineOf('a', 'client')], { serversLog: false }).over;
});

it('gives up a line that never comes', async () => {
  await waiting(['a'], [], { limitMs: 100 }).over;
});

it('ends with the signal', async () => {
  const abort = new AbortController();
  const { over } = waiting(['a'], [], { signal: abort.signal });
  abort.abort();
  await expect(over).rejects.toThrow(/abort/i);
});
