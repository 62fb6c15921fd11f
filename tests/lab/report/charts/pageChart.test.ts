import { expect, it } from 'vitest';
import { pageChart } from '../../../../lab/report/charts/pageChart.ts';

const spec = {
  data: { values: [{ at: 1, value: 2, told: '2 connections at 1 s' }] },
  mark: 'point',
  encoding: {
    x: { field: 'at', type: 'quantitative' },
    y: { field: 'value', type: 'quantitative' },
    description: { field: 'told' },
  },
} as const;

it('draws without a browser, in the colours of the page, telling of each mark', async () => {
  const svg = await pageChart(spec, 'limits & "connections"');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+" /);
  expect(svg).toContain('aria-label="limits &#38; &#34;connections&#34;"');
  expect(svg).toContain('aria-label="2 connections at 1 s"');
  expect(svg).toContain('var(--line)');
});

it('leaves out a layer without a mark, which would be a picture that tells of nothing', async () => {
  const { data, ...layer } = spec;
  const nothing = { ...layer, transform: [{ filter: 'datum.value > 5' }] };
  const drawn = await pageChart({ data, layer: [layer, nothing] }, 'limits');
  expect(drawn).toContain('aria-label="2 connections at 1 s"');
  const groups = drawn.match(/<g class="mark-symbol[^>]*>/g) ?? [];
  expect(groups).toHaveLength(1);
  expect(groups[0]).not.toMatch(/\/>$/);
});
