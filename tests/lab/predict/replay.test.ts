/** A replayed run: requests leave when they were recorded, and those that follow an answer follow it here. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../lab/predict/engine/simulate.ts';
import type { Run } from '../../../lab/predict/engine/run.ts';
import type { Load } from '../../../lab/predict/model.ts';
import { smallModel } from './vectors/model.ts';

const SERVICE_MS = 100;

const of = (load: Load): ReturnType<typeof smallModel> =>
  smallModel({
    load,
    app: {
      works: [{ time: { kind: 'fixed', ms: SERVICE_MS }, statuses: [{ status: 200, weight: 1 }] }],
    },
  });

const batches: Load = { mode: 'batch', size: 2, intervalMs: 50, gapMs: 0, startMs: 0 };
const closed: Load = {
  ...{ mode: 'closed', workers: 2, requests: 4, durationMs: Infinity, eachMs: 0, startMs: 0 },
};

const sent = ({ requests, sentMs }: Run): number[] => [...sentMs.slice(0, requests)];

describe('a replayed request', () => {
  it('leaves when it was recorded to', () => {
    const trace = { client: [0, 0, 0], batch: [0, 0, 1], sentMs: [3, 4, 20] };
    expect(sent(simulate(of(batches), 1, { trace }))).toEqual([3, 4, 20]);
  });

  it('that followed the answers to all before it does so here, and takes its batch along', () => {
    const trace = {
      ...{ client: [0, 0, 0, 0], batch: [0, 0, 1, 1], sentMs: [0, 0, 150, 152] },
      follows: [false, false, true, false],
    };
    expect(sent(simulate(of(batches), 1, { trace }))).toEqual([0, 0, SERVICE_MS, SERVICE_MS + 2]);
  });

  it('of a closed loop waits for an answer where all its workers do', () => {
    const trace = { client: [0, 0, 0], batch: [0, 0, 0], sentMs: [0, 1, 60] };
    expect(sent(simulate(of(closed), 1, { trace }))).toEqual([0, 1, SERVICE_MS]);
  });
});
