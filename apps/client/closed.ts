/** A closed loop, as `hey` drives it: a worker sends its next request after the last response. */
import { now, sleepUntil } from '../common/clock.ts';
import type { Env } from '../common/env.ts';
import { RATE_HINT } from '../common/schedule.ts';
import { CLIENT, CLIENT_DEFAULTS } from '../contract.ts';
import { Connection } from './connection.ts';
import { readExtent } from './openLoop.ts';
import { readRate } from './poisson.ts';
import { inThreads } from './threads.ts';
import { allConnected, type Traffic } from './traffic.ts';

export interface ClosedLoop {
  readonly workers: number;
  /** Requests of all workers together; Infinity for those that go into the duration. */
  readonly requests: number;
  /** After which no worker begins another request; Infinity for as many as there are. */
  readonly durationMs: number;
  /** The most of all workers together, in requests per second, each with its share: as `fortio -qps`. */
  readonly perSecond: number;
  /** Threads that share the workers: every thread has at least one. */
  readonly threads: number;
}

export function readClosedLoop(env: Env): ClosedLoop {
  const workers = env.integer(CLIENT.workers, CLIENT_DEFAULTS.workers, 1, 10_000);
  return {
    workers,
    ...readExtent(env, 1),
    perSecond: env.parse(CLIENT.rate, Infinity, RATE_HINT, readRate),
    threads: Math.min(workers, env.integer(CLIENT.threads, CLIENT_DEFAULTS.threads, 1, 64)),
  };
}

/**
 * Each worker keeps one connection, opens another where the server closes it, and sends
 * requests / workers of the requests; the first workers take one more each where that leaves a
 * remainder. All begin together, on open connections.
 */
export async function runClosedLoop(load: ClosedLoop, traffic: Traffic): Promise<void> {
  await sleepUntil(traffic.startAt, traffic.stop);
  if (traffic.stop.aborted) return;
  traffic.begin(0, load.requests);
  await (load.threads === 1 ? runWorkers(load, traffic, 0) : inThreads(load.threads, traffic));
}

/** The part that one thread has of a closed loop, every thread's number of workers alike. */
export async function runWorkers(
  { workers, requests, threads, durationMs, perSecond }: ClosedLoop,
  traffic: Traffic,
  thread: number,
): Promise<void> {
  const first = Array.from({ length: Math.min(workers, requests) }, (_, index) => index)
    .filter((index) => index % threads === thread)
    .map((index) => {
      const connection = new Connection(traffic.target.address);
      return { connection, opened: traffic.open(0, index, connection) };
    });
  const endsAt = traffic.startAt + durationMs;
  const eachMs = (workers / perSecond) * 1000;
  await allConnected(first.map(({ opened }) => opened));
  for (const { opened } of first) opened.exchange.send();
  await Promise.all(
    first.map(async ({ connection: own, opened }) => {
      let connection = own;
      const begunAt = opened.exchange.sentAt;
      await traffic.record([opened]);
      for (let index = opened.index + workers; index < requests; index += workers) {
        if (eachMs > 0) {
          const dueAt = begunAt + Math.floor(index / workers) * eachMs;
          await sleepUntil(Math.min(dueAt, endsAt), traffic.stop);
        }
        if (traffic.stop.aborted || now() >= endsAt) break;
        if (!connection.isUsable) connection = new Connection(traffic.target.address);
        const next = traffic.open(0, index, connection);
        next.exchange.send();
        await traffic.record([next]);
      }
      connection.end();
    }),
  );
}
