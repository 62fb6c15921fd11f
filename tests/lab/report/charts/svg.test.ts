/** A chart is drawn without a browser, from its data alone. */
import { expect, it } from 'vitest';
import { svgOf } from '../../../../lab/report/charts/svg.ts';

it('draws a chart as one SVG document, the same each time', async () => {
  const draw = (): Promise<string> =>
    svgOf({
      data: {
        values: [
          { limit: 'five', share: 0.6 },
          { limit: 'six', share: 0.7 },
        ],
      },
      mark: 'bar',
      encoding: {
        x: { field: 'limit', type: 'nominal' },
        y: { field: 'share', type: 'quantitative' },
      },
    });
  const svg = await draw();
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toMatch(/<\/svg>\s*$/);
  expect(svg).toContain('>five<');
  expect(await draw()).toBe(svg);
});
