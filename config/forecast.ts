/** What a run of a stack will take and should show, in words, before it. */
import { expectedText } from '../experiment/expected.ts';
import type { LabConfig } from './keys.ts';
import { loadLengthsMs } from './loads.ts';

/** What a run of a stack will take and should show, a line each. */
export function forecastOf(config: LabConfig): string[] {
  const { expect, load } = config;
  return [
    `The experiment takes ${rough(loadLengthsMs(config))}.`,
    ...(expect.length === 0 ? ['Nothing is expected of it.'] : ['It should show:']),
    ...expect.map((one) => `  ${one.name}: ${expectedText(one, load)}`),
  ];
}

/** Such as `about 29 s`, `about 29 s to 2.3 min`; the start of the Envoys is a second or two more. */
function rough(lengthsMs: readonly number[]): string {
  const texts = lengthsMs.map((ms) =>
    ms < 120_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : `${(ms / 60_000).toFixed(1)} min`,
  );
  return `about ${[...new Set(texts)].join(' to ')}`;
}
