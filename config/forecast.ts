/** What a run of a stack will take and should show, in words, before it. */
import { expectedText } from '../experiment/expected.ts';
import { durationMs } from '../istio/duration.ts';
import type { LabConfig } from './keys.ts';

/** What a run of a stack will take and should show, a line each. */
export function forecastOf(config: LabConfig): string[] {
  const { expect, load } = config;
  return [
    `The experiment takes ${rough(lengthsOf(config))}.`,
    ...(expect.length === 0 ? ['Nothing is expected of it.'] : ['It should show:']),
    ...expect.map((one) => `  ${one.name}: ${expectedText(one, load)}`),
  ];
}

/** The shortest and the longest that a load in batches may take; of others, what they should take. */
function lengthsOf(config: LabConfig): number[] {
  const serviceMs = durationMs(config.serverDelay);
  switch (config.load) {
    case 'batch': {
      const batches =
        config.batches > 0 ? [config.batches] : [config.warmBatches, config.maxBatches];
      const intervalMs = Math.max(durationMs(config.batchInterval), serviceMs);
      return batches.map((count) => (count - 1) * intervalMs + serviceMs);
    }
    case 'closed':
      return [Math.ceil(config.requests / config.workers) * serviceMs];
    case 'paced':
      return [config.requests * durationMs(config.requestInterval) + serviceMs];
  }
}

/** Such as `about 29 s`, `about 29 s to 2.3 min`; the start of the Envoys is a second or two more. */
function rough(lengthsMs: readonly number[]): string {
  const texts = lengthsMs.map((ms) =>
    ms < 120_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${(ms / 60_000).toFixed(1)} min`,
  );
  return `about ${[...new Set(texts)].join(' to ')}`;
}
