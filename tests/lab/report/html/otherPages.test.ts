/** Proves what the pages of a prediction, of a sweep and of many runs tell, and that they stay small. */
import { expect, it } from 'vitest';
import type { Prediction } from '../../../../experiment/prediction.ts';
import type { Summary } from '../../../../experiment/summary.ts';
import { indexPage } from '../../../../lab/report/html/indexPage.ts';
import { reportPage } from '../../../../lab/report/html/page.ts';
import { predictionPage } from '../../../../lab/report/html/predictionPage.ts';
import { sweepPage } from '../../../../lab/report/html/sweepPage.ts';
import { MOST_CELLS, thinned } from '../../../../lab/report/html/thinned.ts';
import { failFast, failFastWith, requests } from '../../analysis/observed.ts';
import { swept } from '../swept.ts';

const MOST_BYTES = 1_000_000;

const range = (p50: number) => ({ p2_5: p50 - 1, p50, p97_5: p50 + 2, mean: p50 + 0.25 });

const prediction: Prediction = {
  ...{ stack: 'fail-fast', digest: 'd', timeScale: 1, serviceTimeMs: 5000, source: 'prediction' },
  ...{ seeds: 40, firstSeed: 1, requests: 2000 },
  outcomes: { 'answered/1': range(5), 'client-proxy/pending': range(4) },
  samples: [{ seed: 1, batch: 3, outcomes: { 'answered/1': 5 } }],
  latency: { p50: 5001, p90: 9002, p99: 10_003 },
  ...{ firstWarmBatch: range(3), neverWarm: 2, ejections: range(1), leftOut: [] },
};

/** The cells of a table's row, by its heading. */
function row(page: string, heading: string): string[] {
  const text = page.split('<tr>').find((one) => one.includes(`>${heading}</th>`)) ?? '';
  return [...text.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell = '']) =>
    cell.replaceAll(/<[^>]*>/g, '').trim(),
  );
}

it("a prediction's has each outcome with its range, and how long answers take", async () => {
  const page = await predictionPage(prediction);
  expect(row(page, 'answered/1')).toEqual(['5', '4', '7', '5.25']);
  expect(row(page, 'client-proxy/pending')).toEqual(['4', '3', '6', '4.25']);
  expect(row(page, 'answered within, p99')).toEqual(['10003 ms', '']);
  expect(row(page, 'the first warm batch')).toEqual(['number 4', '3 to 6']);
  expect(row(page, 'runs without a warm batch')).toEqual(['2', '']);
  expect(page).toContain('aria-label="answered/1: 5, in 95 % 4 to 7"');
});

it("a prediction's has what is expected, where the runs were judged by it", async () => {
  expect(await predictionPage(prediction)).not.toContain('as expected');
  const checks = [
    { name: 'answered', expected: '4 to 6', hold: 38, otherwise: '3' },
    { name: 'nothing broke', expected: 'no fault', hold: 40, otherwise: null },
  ];
  const page = await predictionPage({ ...prediction, verdicts: { hold: 38, checks } });
  expect(page).toContain('All of it holds in 38 of 40 runs.');
  expect(row(page, 'answered')).toEqual(['4 to 6', '38', '3']);
  expect(row(page, 'nothing broke')).toEqual(['no fault', '40', '']);
});

it('a prediction without a warm batch says so', async () => {
  const page = await predictionPage({ ...prediction, samples: [], outcomes: {} });
  expect(page).toContain('No batch got warm in any of the runs.');
});

it("a sweep's has its cliff, what is set now, and every cell", async () => {
  const sweep = swept(2, {
    current: { maxConnections: '4', http1MaxPendingRequests: '1' },
    cliff: {
      key: 'maxConnections',
      from: { maxConnections: '4', http1MaxPendingRequests: '1' },
      to: { maxConnections: '2', http1MaxPendingRequests: '1' },
      success: [0.5, 0.3],
    },
  });
  const page = await sweepPage(sweep);
  expect(page).toContain('Set now: maxConnections 4, http1MaxPendingRequests 1: 50 % answered.');
  expect(page).toContain('The steepest fall is from 50 % answered');
  expect(row(page, 'maxConnections 2, http1MaxPendingRequests 2')).toEqual([
    ...['40 %', '30 % - 40 %', '60 %', '1000 ms', '2002 ms', ''],
  ]);
  const told = 'maxConnections 2, http1MaxPendingRequests 2: 40 % answered, 60 % refused';
  expect(page).toContain(`aria-label="${told}, 99 % within 2002 ms"`);
});

it('of more keys than a picture has directions it says so, and has the cells', async () => {
  const sweep = swept(2);
  const page = await sweepPage({ ...sweep, axes: [...sweep.axes, { key: 'k', values: ['1'] }] });
  expect(page).toContain('More than two keys are varied');
  expect(page).not.toContain('<svg');
});

it('of more settings than can be drawn it draws some, what is set now among them, and says which', async () => {
  const x = Array.from({ length: 200 }, (_, index) => String(index + 1));
  const sweep = swept(200, { current: { maxConnections: '8', http1MaxPendingRequests: '5' } }, x);
  expect(sweep.cells).toHaveLength(40_000);
  const { shown, steps } = thinned(sweep);
  expect(shown.cells.length).toBeLessThanOrEqual(1.1 * MOST_CELLS);
  expect(shown.axes[0]?.values).toContain('8');
  expect(steps).toEqual([
    'every 5th value of maxConnections is drawn',
    'every 5th value of http1MaxPendingRequests is drawn',
  ]);
  const page = await sweepPage(sweep);
  expect(page.length).toBeLessThan(MOST_BYTES);
  expect(page).toContain('40,000 settings are too many to draw one by one');
});

it('that of many runs leads to each, what does not hold first', () => {
  const broken = failFastWith({
    stack: 'broken',
    verdict: {
      outcome: 'does not hold',
      checks: [{ name: 'refused', expected: '5', seen: '4 4', outcome: 'does not hold' }],
    },
  });
  const summary: Summary = {
    ...{ timeScale: 1, durationMs: 12_300, outcome: 'does not hold' },
    observations: [failFast, broken],
    failures: [{ stack: 'odd', code: 'input', reason: 'it cannot be read' }],
  };
  const page = indexPage(summary, (stack) => (stack === 'broken' ? undefined : `${stack}.html`));
  expect(page).toContain('1 of 3 verdicts hold.');
  expect(page).toContain('<a href="fail-fast.html">fail-fast</a>');
  expect(page).not.toContain('broken.html');
  expect(page.indexOf('broken')).toBeLessThan(page.indexOf('fail-fast.html'));
  expect(page).toContain('it cannot be read');
  expect(row(page, 'refused')).toEqual(['5', '4 4', expect.stringContaining('does not hold')]);
});

it('a run of a million requests is drawn in slices: the page stays small, and says so', async () => {
  const [one] = requests(1);
  if (one === undefined) throw new TypeError('no request');
  const many = Array.from({ length: 1_000_000 }, (_, index) => ({
    ...one,
    sentMs: index / 10,
    endedMs: index / 10 + (index % 50),
    refusedBy: index % 7 === 0 ? ('client-proxy/pending' as const) : null,
  }));
  const page = await reportPage([
    { name: 'many', observation: failFastWith({ requests: many, durationMs: 100_050 }) },
  ]);
  expect(page.length).toBeLessThan(MOST_BYTES);
  expect(page).toContain('1,000,000 requests are too many to draw one by one');
  expect(page.match(/<(?:span|path|rect|g|text)\b/g)?.length).toBeLessThan(3000);
});
