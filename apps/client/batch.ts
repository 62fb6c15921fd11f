/** Batches of truly concurrent requests, as the seed's Python client sends them. */
import { now, sleepUntil } from '../common/clock.ts';
import type { Env } from '../common/env.ts';
import { CLIENT, CLIENT_DEFAULTS, LOADS } from '../contract.ts';
import { allConnected, type Traffic } from './traffic.ts';

export interface Batches {
  /** Requests of one batch. */
  readonly size: number;
  /** Number of batches; Infinity for a client that goes on until it is stopped. */
  readonly batches: number;
  readonly intervalMs: number;
  /** From its first request to its last: a sender's own pace, which no time scale changes. */
  readonly spreadMs: number;
}

export function readBatches(env: Env): Batches {
  return {
    size: env.integer(CLIENT.batchSize, CLIENT_DEFAULTS.batchSize, 1, 10_000),
    batches: env.integer(CLIENT.batches, 0, 0, 1_000_000) || Infinity,
    intervalMs: env.duration(CLIENT.interval, LOADS.batch.interval),
    spreadMs: env.duration(CLIENT.batchSpread, CLIENT_DEFAULTS.batchSpread),
  };
}

/**
 * Batch k starts at start + k * interval, or as soon as the one before has ended if that is later:
 * batches never overlap.
 */
export async function runBatches(load: Batches, traffic: Traffic): Promise<void> {
  let endedAt = traffic.startAt;
  for (let batch = 0; batch < load.batches; batch++) {
    const dueAt = Math.max(endedAt, traffic.startAt + batch * load.intervalMs);
    await sleepUntil(dueAt, traffic.stop);
    if (traffic.stop.aborted) return;
    await fireBatch(batch, load, dueAt, traffic);
    endedAt = now();
  }
}

/** First all connections, then all requests: in one go where nothing is between them. */
async function fireBatch(
  batch: number,
  { size, spreadMs }: Batches,
  dueAt: number,
  traffic: Traffic,
): Promise<void> {
  const gapMs = size > 1 ? spreadMs / (size - 1) : 0;
  traffic.begin(batch, size, dueAt, gapMs);
  const opened = Array.from({ length: size }, (_, index) => traffic.open(batch, index));
  await allConnected(opened);
  const firstAt = now();
  for (const { exchange, index } of opened) {
    if (gapMs > 0) await sleepUntil(firstAt + index * gapMs, traffic.giveUp);
    exchange.send();
  }
  await traffic.record(opened);
}
