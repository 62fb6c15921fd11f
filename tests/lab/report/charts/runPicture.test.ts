/** A run's picture stands by itself: it has every request, in light and dark, and asks for nothing. */
import { expect, it } from 'vitest';
import { runPicture } from '../../../../lab/report/charts/runPicture.ts';
import { ejection } from '../../../browser/runs.ts';
import { failFast } from '../../analysis/observed.ts';

/** Bars are paths with a colour of a kind; a legend's squares are, too. */
function marks(svg: string, kind: string): number {
  return svg.split(`fill="var(--${kind})"`).length - 1;
}

it.each([
  ['batch by batch', failFast],
  ['by endpoint', ejection],
])('has a bar for each request, %s', async (_, observation) => {
  const svg = await runPicture(observation);
  const answered = observation.requests.filter(({ refusedBy }) => refusedBy === null).length;
  expect(answered).toBeGreaterThan(0);
  expect(marks(svg, 'good')).toBe(answered + 1);
});

it('names its batches, and shades the time for which an endpoint was ejected', async () => {
  expect(await runPicture(failFast)).toContain('batch 1, ');
  const svg = await runPicture(ejection);
  expect(svg).toContain('>ejected<');
  expect(svg).toContain('>sent to nobody<');
});

it('is light or dark as its reader is, and asks for nothing', async () => {
  const svg = await runPicture(failFast);
  expect(svg).toContain('@media (prefers-color-scheme:dark)');
  expect(svg).not.toMatch(/href=|url\(|@import/);
});
