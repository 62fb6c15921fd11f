/** A large sweep with some of its values: as much as a page can draw, and a person tell apart. */
import type { Sweep } from '../../../experiment/sweep.ts';

/** Each is drawn three times, in about a hundred and fifty bytes. */
export const MOST_CELLS = 1600;

export interface Thinned {
  readonly shown: Sweep;
  /** What was left out, in words; nothing where all is shown. */
  readonly steps: readonly string[];
}

/** What is set now stays in. */
export function thinned(sweep: Sweep): Thinned {
  if (sweep.cells.length <= MOST_CELLS) return { shown: sweep, steps: [] };
  // Of each key alike many, unless one has fewer anyway.
  const side = Math.floor(MOST_CELLS ** (1 / sweep.axes.length));
  const steps = sweep.axes.map(({ values }) => Math.ceil(values.length / side));
  const axes = sweep.axes.map(({ key, values }, axis) => ({
    key,
    values: values.filter(
      (value, index) => index % (steps[axis] ?? 1) === 0 || value === sweep.current[key],
    ),
  }));
  const kept = new Map(axes.map(({ key, values }) => [key, new Set(values)]));
  const cells = sweep.cells.filter(({ settings }) =>
    axes.every(({ key }) => kept.get(key)?.has(settings[key] ?? '')),
  );
  return {
    shown: { ...sweep, axes, cells },
    steps: axes.flatMap(({ key }, axis) =>
      (steps[axis] ?? 1) > 1 ? [`every ${ordinal(steps[axis] ?? 1)} value of ${key} is drawn`] : [],
    ),
  };
}

function ordinal(count: number): string {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th';
  return `${count}${count % 100 >= 11 && count % 100 <= 13 ? 'th' : ending}`;
}
