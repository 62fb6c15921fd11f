/** Where answers break away, along each key, and around what meets the objectives. */
import { describe, expect, it } from 'vitest';
import type { Sweep, SweepCell } from '../../../experiment/sweep.ts';
import { cliffsOf, steepestOf } from '../../../lab/analysis/cliff.ts';

function cell(
  settings: Record<string, string>,
  success: number | null,
  meets?: boolean,
): SweepCell {
  return {
    settings,
    requests: 10,
    success:
      success === null ? null : { mean: success, p2_5: success, p50: success, p97_5: success },
    refused: {},
    latency: null,
    neverWarm: 0,
    ...(meets !== undefined && { meets }),
  };
}

/** Rows are values of x, columns of y. */
function sweep(
  rows: readonly (readonly (number | null)[])[],
  least?: number,
): Pick<Sweep, 'axes' | 'cells' | 'objectives'> {
  const cells = rows.flatMap((row, x) =>
    row.map((success, y) =>
      cell(
        { x: `${x}`, y: `${y}` },
        success,
        least === undefined ? undefined : (success ?? 0) >= least,
      ),
    ),
  );
  const values = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${index}`);
  return {
    axes: [
      { key: 'x', values: values(rows.length) },
      { key: 'y', values: values(rows[0]?.length ?? 0) },
    ],
    cells,
    objectives: least === undefined ? [] : [`success >= ${least}`],
  };
}

it('of each line it is the steepest fall, whichever way it goes', () => {
  const edges = cliffsOf(
    sweep([
      [0.1, 0.2, 0.9],
      [0.1, 0.8, 0.9],
    ]),
  );
  expect(edges.map(({ axis, from, to }) => [axis, from, to])).toEqual([
    // Along x only the middle one falls, from x 1 to x 0.
    [0, 4, 1],
    // Along y the fall is between the last two, then between the first two.
    [1, 2, 1],
    [1, 4, 3],
  ]);
  expect(steepestOf(sweep([[0.1, 0.2, 0.9]]))).toMatchObject({ axis: 1, from: 2, to: 1 });
});

describe('there is none', () => {
  it('where neighbours hardly differ', () => {
    expect(cliffsOf(sweep([[0.5, 0.52, 0.54]]))).toEqual([]);
    expect(steepestOf(sweep([[0.5, 0.52, 0.54]]))).toBeUndefined();
  });

  it('beside a cell of which nothing is known', () => {
    expect(cliffsOf(sweep([[1, null, 0]]))).toEqual([]);
  });
});

it('with objectives it goes around what meets them, however little falls there', () => {
  const edges = cliffsOf(
    sweep(
      [
        [0.98, 0.99, 1],
        [0.1, 0.2, 0.99],
      ],
      0.99,
    ),
  );
  expect(edges.map(({ from, to }) => [from, to])).toEqual([
    [1, 4],
    [1, 0],
    [5, 4],
  ]);
});
