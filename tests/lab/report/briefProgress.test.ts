import { expect, it } from 'vitest';
import { type Experiment, experiment } from '../../../experiment/experiment.ts';
import { BriefProgress } from '../../../lab/report/briefProgress.ts';
import type { Progress } from '../../../lab/watch/progress.ts';

type Step = readonly [atMs: number, progress: Progress];

function linesOf(
  settings: Partial<Experiment>,
  steps: readonly Step[],
  { requests = 0, intervalMs = 0 } = {},
): string[] {
  const lines: string[] = [];
  let now = 0;
  const view = new BriefProgress(
    (line) => lines.push(line),
    experiment.parse({ stack: 'mine', serviceTime: '1s', ...settings }),
    { requests, intervalMs },
    () => now,
  );
  for (const [atMs, progress] of steps) {
    now = atMs;
    view.show(progress);
  }
  return lines;
}

function response(batch: number, at: number, status = 200): Progress {
  const ids = { id: 'an-id', client: 'lab/pyclient-0', batch } as const;
  return { kind: 'client', event: { event: 'response', ...ids, status, sentAt: at, endedAt: at } };
}

function finished(batches: number, firstWarm: number, ...numbers: number[]): Progress {
  const disturbed = numbers.map((batch) => ({ batch, lagMs: 90, toleratedMs: 50, who: 'it' }));
  return { kind: 'finished', batches, firstWarm, disturbed };
}

it('says of batches how many are done, of how many, and how long the rest takes', () => {
  const lines = linesOf({ batches: 4 }, [
    [0, { kind: 'started', envoy: '1.40.0', proxies: 2 }],
    [1000, response(0, 1000)],
    [11_000, finished(1, 1)],
    [12_000, response(1, 1000, 503)],
    [21_000, finished(2, 1)],
    [41_000, finished(4, 1)],
  ]);
  expect(lines).toEqual([
    '2 proxies of Envoy 1.40.0 are up',
    expect.stringMatching(/^1\/4 batches, ~30 s left: 1 answered, 0 refused/),
    expect.stringMatching(/^2\/4 batches, ~20 s left: 0 answered, 1 refused/),
    expect.stringMatching(/^4\/4 batches: /),
  ]);
});

it('knows that a batch does not begin before its interval is over', () => {
  const steps: Step[] = [
    [0, response(0, 0)],
    [5000, finished(1, 1)],
  ];
  expect(linesOf({ batches: 4 }, steps, { intervalMs: 12_000 })[0]).toMatch(
    /^1\/4 batches, ~36 s left: /,
  );
});

it('counts on warm batches where it waits for those, and on others for the disturbed ones', () => {
  const lines = linesOf({ warmBatches: 3, maxBatches: 12 }, [
    [0, response(0, 0)],
    [10_000, finished(1, 1)],
    [20_000, finished(2, 1)],
    [30_000, finished(3, 1, 2)],
  ]);
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    '1/4+ batches, ~30 s left',
    '2/4 batches, ~20 s left',
    '3/5 batches, ~20 s left',
  ]);
});

it('says every few seconds how many requests of another load are answered', () => {
  const steps = Array.from({ length: 30 }, (_, n): Step => [n * 500, response(0, n * 500)]);
  expect(linesOf({ load: 'paced' }, steps, { requests: 60 })).toEqual([
    '11/60 requests, ~22 s left',
    '21/60 requests, ~19 s left',
  ]);
  expect(linesOf({ load: 'paced' }, steps)).toEqual(['11 requests', '21 requests']);
});

it('has the most important in the first 30 characters', () => {
  const [line = ''] = linesOf({ batches: 100 }, [
    [0, response(0, 0)],
    [100_000, finished(10, 1)],
  ]);
  expect(line.slice(0, 30)).toBe('10/100 batches, ~900 s left: ');
});
