/**
 * What the way of a request costs on this machine, in the form of lab/predict/costs.ts. Each figure is
 * a median, or a difference of medians, so that a busy machine moves it little.
 *
 *   npm run bench -- costs [requests]      (1000 unless given)
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientEvent } from '../apps/contract.ts';
import { quantile } from '../lab/analysis/quantile.ts';
import { findEnvoy } from '../lab/environment/envoyBinary.ts';
import { type Child, startChild } from '../lab/local/children.ts';
import { startEnvoy } from '../lab/local/envoyProcess.ts';
import { type Costs, MEASURED } from '../lab/predict/costs.ts';
import { parseClientLine } from '../lab/watch/clientLog.ts';
import { bootstrapFor } from './costs/bootstrap.ts';

const REQUESTS = Number(process.argv[2] ?? 1000);
/** Long enough for a second request to be waiting whenever one has been answered. */
const SLOW_MS = 10;
const BATCH = { MODE: 'batch', BATCH_SIZE: '10', BATCHES: '100', INTERVAL: '30ms' };

const APPS = join(import.meta.dirname, '..', 'apps');
const children: Child[] = [];

function middle(all: readonly number[]): number {
  return quantile(
    all.toSorted((a, b) => a - b),
    0.5,
  );
}

/** @returns the port that it listens on */
async function serve(delay: string): Promise<number> {
  const listening = Promise.withResolvers<number>();
  const server = startChild(process.execPath, [join(APPS, 'server/main.ts')], {
    name: 'the server',
    env: { PORT: '0', HOST: '127.0.0.1', DELAY: delay, EXIT_WITH_PARENT: '1' },
    onLine: (line) => {
      const said = JSON.parse(line) as { event: string; port?: number };
      if (said.event === 'listening') listening.resolve(said.port ?? 0);
    },
  });
  children.push(server);
  return listening.promise;
}

/** What a client logs until it has sent everything. */
async function events(port: number, env: Record<string, string>): Promise<ClientEvent[]> {
  const seen: ClientEvent[] = [];
  const client = startChild(process.execPath, [join(APPS, 'client/main.ts')], {
    name: 'the client',
    env: { URL: `http://127.0.0.1:${port}/index`, LOG_FORMAT: 'json', ...env },
    onLine: (line) => {
      seen.push(...[parseClientLine(line) ?? []].flat());
    },
  });
  await client.unexpectedEnd;
  await client.stop();
  return seen;
}

/** Of one request after the other, by so many workers. */
async function closedLoop(port: number, workers = 1, requests = REQUESTS): Promise<number[]> {
  const env = { MODE: 'closed', WORKERS: String(workers), REQUESTS: String(requests) };
  const seen = await events(port, env);
  return seen.flatMap((event) => (event.event === 'response' ? event.endedAt - event.sentAt : []));
}

/** When each batch's requests left, by batch, epoch ms. */
async function departures(port: number, startAt: number): Promise<Map<number, number[]>> {
  const seen = await events(port, { ...BATCH, START_AT: String(startAt) });
  const sent = seen.flatMap((event) => (event.event === 'sent' ? event : []));
  return new Map(
    [...Map.groupBy(sent, ({ batch }) => batch)].map(([batch, all]) => [
      batch,
      all.map(({ sentAt }) => sentAt),
    ]),
  );
}

interface Threads {
  readonly ranMs: number;
  /** Ready to run, and without a processor. */
  readonly waitedMs: number;
  /** How often one was given a processor. */
  readonly turns: number;
}

/** Of the worker threads of a process so far (Linux, Documentation/scheduler/sched-stats). */
function workersOf(pid: number): Threads {
  const tasks = `/proc/${pid}/task`;
  const text = (tid: string, file: string): string =>
    readFileSync(`${tasks}/${tid}/${file}`, 'utf8');
  const all = readdirSync(tasks)
    .filter((tid) => text(tid, 'comm').startsWith('wrk:'))
    .map((tid) => text(tid, 'schedstat').split(' ').map(Number));
  const total = (field: number): number => all.reduce((sum, one) => sum + (one[field] ?? 0), 0);
  return { ranMs: total(0) / 1e6, waitedMs: total(1) / 1e6, turns: total(2) };
}

async function measure(): Promise<Costs> {
  const { path: binary } = await findEnvoy();
  const [fast, slow] = [await serve('0ms'), await serve(`${SLOW_MS}ms`)];
  const start = async (port: number): ReturnType<typeof startEnvoy> =>
    startEnvoy({
      ...{ binary, bootstrap: bootstrapFor(port), name: 'the Envoy', concurrency: 1 },
      onStart: (child) => children.push(child),
      onAccessLog: () => undefined,
      flushMs: 25,
    });
  const [envoy, slowEnvoy] = [await start(fast), await start(slow)];
  const portOf = (name: string, of = envoy): number => of.ports.get(name) ?? 0;
  // The first requests of all find programs that were never run.
  await closedLoop(portOf('kept'));

  const direct = middle(await closedLoop(fast));
  const before = workersOf(envoy.pid);
  const kept = middle(await closedLoop(portOf('kept')));
  // A request and its answer.
  const after = workersOf(envoy.pid);
  const workerMs = (after.ranMs - before.ranMs) / REQUESTS / 2;
  const wakeMs = (after.waitedMs - before.waitedMs) / (after.turns - before.turns);
  const fresh = middle(await closedLoop(portOf('fresh')));
  const inTurn = REQUESTS / 10;
  const slowDirect = middle(await closedLoop(slow, 1, inTurn));
  // Of two workers on one connection, each waits for the other's turn, and has its own.
  const turn = middle(await closedLoop(portOf('single', slowEnvoy), 2, inTurn)) / 2;

  const startAt = Date.now() + 1000;
  const [one, other] = await Promise.all([0, 1].map(() => departures(portOf('itself'), startAt)));
  const gaps = [...(one?.values() ?? [])].map(
    (sent) => (Math.max(...sent) - Math.min(...sent)) / (sent.length - 1),
  );
  const apart = [...(one ?? [])].map(([batch, sent]) =>
    Math.abs(Math.min(...sent) - Math.min(...(other?.get(batch) ?? []))),
  );
  const hopMs = Math.max(0, (kept - direct) / 2 - workerMs - wakeMs);
  return {
    ...MEASURED,
    connectMs: fresh - kept,
    hopMs,
    workerMs,
    wakeMs,
    dispatchMs: Math.max(0, turn - slowDirect - 2 * workerMs),
    sendGapMs: middle(gaps),
    // Of two that begin anywhere within a time, half are closer than 0.293 of it.
    startSpreadMs: middle(apart) / 0.293,
  };
}

try {
  const found = await measure();
  const lines = Object.entries(found).map(([name, ms]: [string, number]) => {
    const isDefault = ms === MEASURED[name as keyof Costs];
    return `  ${name}: ${Number(ms.toPrecision(2))},${isDefault ? ' // not measured here' : ''}\n`;
  });
  process.stdout.write(`export const MEASURED: Costs = {\n${lines.join('')}};\n`);
} finally {
  await Promise.all(children.map((child) => child.stop()));
}
