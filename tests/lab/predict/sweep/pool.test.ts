/** The figures of a sweep's cells: the same whatever the number of threads, and however models are made. */
import { beforeAll, describe, expect, it } from 'vitest';
import { prepare } from '../../../../lab/commands/prepare.ts';
import { modelOf } from '../../../../lab/predict/compile/modelOf.ts';
import type { Model } from '../../../../lab/predict/model.ts';
import { parseObjective } from '../../../../lab/predict/objective.ts';
import { cellFigures, type CellFigures } from '../../../../lab/predict/sweep/cell.ts';
import { allPicks, type Picks, planOf } from '../../../../lab/predict/sweep/plan.ts';
import { figuresOfAll, type Work } from '../../../../lab/predict/sweep/pool.ts';

const SEEDS = { firstSeed: 0, seeds: 3 };
const ASKED = { objectives: [parseObjective('success >= 50%')], timeScale: 1 };
const SIZES = [8, 8];

let model: Model;
beforeAll(async () => {
  model = modelOf(await prepare('fail-fast', {}, { batches: undefined, timeScale: 1 }));
});

/** Limits of every cluster, by the cell. */
function modelFor([connections = 0, pending = 0]: Picks): Promise<Model> {
  const clusters = model.clusters.map((cluster) => ({
    ...cluster,
    limits: {
      ...cluster.limits,
      max_connections: connections + 1,
      max_pending_requests: pending + 1,
    },
  }));
  return Promise.resolve({ ...model, clusters });
}

async function sweep(given: Partial<Work> = {}): Promise<CellFigures[]> {
  return figuresOfAll({
    plan: await planOf(SIZES, modelFor),
    modelFor,
    cells: allPicks(SIZES),
    seeds: SEEDS,
    asked: ASKED,
    signal: new AbortController().signal,
    onCells: () => undefined,
    ...given,
  });
}

describe('the cells', () => {
  it('are the same on one thread and on three, put together or each made by itself', async () => {
    const one = await sweep({ threads: 1 });
    expect(one).toHaveLength(64);
    expect(await sweep({ threads: 3 })).toEqual(one);
    expect(await sweep({ threads: 3, plan: undefined })).toEqual(one);
    expect(one[9]).toEqual(cellFigures(await modelFor([1, 1]), SEEDS, ASKED));
  });

  it('answer more with more connections, and add up to all requests', async () => {
    const figures = await sweep({ threads: 1 });
    const at = (connections: number, pending: number): CellFigures | undefined =>
      figures[8 * (connections - 1) + pending - 1];
    expect(at(8, 1)?.success?.mean).toBeGreaterThan(at(1, 1)?.success?.mean ?? 1);
    expect([at(8, 8)?.meets, at(1, 1)?.meets]).toEqual([true, false]);
    for (const { requests, success, refused } of figures) {
      const count = Object.values(refused).reduce((sum, one) => sum + one, 0);
      expect((success?.mean ?? 0) * requests + count).toBeCloseTo(10, 2);
    }
  });
});

it('says how far it is, and ends with the reason of whoever ends it', async () => {
  const seen: number[] = [];
  await sweep({ threads: 2, onCells: (done) => seen.push(done) });
  expect(seen.at(-1)).toBe(64);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const abort = new AbortController();
  const swept = sweep({
    threads: 2,
    signal: abort.signal,
    onCells: () => {
      abort.abort(new Error('enough'));
    },
  });
  await expect(swept).rejects.toThrow('enough');
});
