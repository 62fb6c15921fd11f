/** What a stack's keys say of each way to send, a row each: how the client is told, how long it takes. */
import { CLIENT, type LoadMode, parseRate, parseSendAt, parseSteps } from '../apps/contract.ts';
import { durationMs } from '../istio/duration.ts';
import type { LabConfig } from './keys.ts';

export interface StackLoad {
  /** Values of the client's variables. */
  readonly told: (config: LabConfig) => Readonly<Record<string, string>>;
  /** What it should take, in ms; the shortest and the longest where it depends on what is seen. */
  readonly lengthsMs: (config: LabConfig) => readonly number[];
}

const STACK_LOADS: Readonly<Record<LoadMode, StackLoad>> = {
  batch: {
    told: ({ batchSize, batchInterval }) => ({
      [CLIENT.batchSize]: String(batchSize),
      [CLIENT.interval]: batchInterval,
    }),
    lengthsMs: ({ batches, warmBatches, maxBatches, batchInterval, serverDelay }) => {
      const serviceMs = durationMs(serverDelay);
      const intervalMs = Math.max(durationMs(batchInterval), serviceMs);
      const counts = batches > 0 ? [batches] : [warmBatches, maxBatches];
      return counts.map((count) => (count - 1) * intervalMs + serviceMs);
    },
  },
  closed: {
    told: ({ workers, requests }) => ({
      [CLIENT.workers]: String(workers),
      [CLIENT.requests]: String(requests),
    }),
    lengthsMs: ({ workers, requests, serverDelay }) => [
      Math.ceil(requests / workers) * durationMs(serverDelay),
    ],
  },
  paced: {
    told: ({ requests, requestInterval }) => ({
      [CLIENT.interval]: requestInterval,
      [CLIENT.requests]: String(requests),
    }),
    lengthsMs: ({ requests, requestInterval, serverDelay }) => [
      requests * durationMs(requestInterval) + durationMs(serverDelay),
    ],
  },
  poisson: {
    told: ({ requests, requestRate }) => ({
      [CLIENT.rate]: requestRate,
      [CLIENT.requests]: String(requests),
    }),
    lengthsMs: ({ requests, requestRate, serverDelay }) => [
      (1000 * requests) / (parseRate(requestRate) ?? 1) + durationMs(serverDelay),
    ],
  },
  steps: {
    told: ({ rateSteps }) => ({ [CLIENT.steps]: rateSteps }),
    lengthsMs: ({ rateSteps, serverDelay }) => [
      (parseSteps(rateSteps) ?? []).reduce((sum, { forMs }) => sum + forMs, 0) +
        durationMs(serverDelay),
    ],
  },
  replay: {
    told: ({ sendAt }) => ({ [CLIENT.sendAt]: sendAt }),
    lengthsMs: ({ sendAt, serverDelay }) => [
      (parseSendAt(sendAt)?.at(-1) ?? 0) + durationMs(serverDelay),
    ],
  },
};

/** The client's variables, its mode first. */
export function loadVariables(config: LabConfig): Readonly<Record<string, string>> {
  return { [CLIENT.mode]: config.load, ...STACK_LOADS[config.load].told(config) };
}

export function loadLengthsMs(config: LabConfig): readonly number[] {
  return STACK_LOADS[config.load].lengthsMs(config);
}
