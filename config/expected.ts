/** What is expected, and how long it takes to see, in words: before a run, and beside what it saw. */
import { durationMs } from '../istio/duration.ts';
import type { Expectation } from './expectation.ts';
import type { LabConfig } from './keys.ts';

/**
 * Such as `2 to 6 in every warm batch, 4 to 5.5 on average`.
 *
 * @param load of which requests are counted; nothing to a statistic
 */
export function expectedText(expectation: Expectation, load?: LabConfig['load']): string {
  if (expectation.statistic !== undefined) {
    const { statistic, total, peak } = expectation;
    return `${statistic} ${range(total ?? peak ?? [0, 0])}`;
  }
  const { count, mean, share, cold } = expectation;
  const where = load === 'batch' ? ` in every ${cold ? 'cold' : 'warm'} batch` : '';
  return [
    ...(count === undefined ? [] : [`${range(count)}${where}`]),
    ...(mean === undefined ? [] : [`${range(mean)} on average`]),
    ...(share === undefined ? [] : [`${range(share.map(percent))} % of them`]),
  ].join(', ');
}

/** Such as `2 to 6`. */
function range([low, high]: readonly (number | string)[]): string {
  return low === high ? String(low) : `${low ?? ''} to ${high ?? ''}`;
}

export function percent(part: number): string {
  return round(100 * part);
}

export function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

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
