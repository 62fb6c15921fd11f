/** A chart that stands in a page: in the page's colours, and as wide as there is room. */
import type { TopLevelSpec } from 'vega-lite';

/** Colours are variables of the page around it (page.css), so that a chart turns dark with it. */
const CONFIG = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: 'var(--line)' },
  axis: {
    labelColor: 'var(--soft)',
    titleColor: 'var(--soft)',
    gridColor: 'var(--line)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  header: { labelColor: 'var(--ink)', titleColor: 'var(--soft)', labelFontSize: 13 },
  legend: { labelColor: 'var(--ink)', titleColor: 'var(--soft)', labelFontSize: 12, labelLimit: 0 },
  title: { color: 'var(--ink)', subtitleColor: 'var(--soft)', fontSize: 13 },
  text: { color: 'var(--ink)' },
} as const;

/**
 * @param spec Vega-Lite's; its marks tell of themselves by the channel `description`, which becomes
 *   their aria-label and is what the page shows on hover
 * @param label what the whole chart is, for who cannot see it
 */
export async function pageChart(spec: TopLevelSpec, label: string): Promise<string> {
  const { svgOf } = await import('./svg.ts');
  const svg = await svgOf({ ...spec, description: label, config: CONFIG });
  return (
    svg
      // A layer without a mark would be a picture that tells of nothing.
      .replaceAll(/<g [^>]*role="graphics-symbol"[^>]*\/>/g, '')
      // Its size is the page's to say; the view box keeps its proportions.
      .replace(/^<svg[^>]*viewBox="([^"]*)"[^>]*>/, (_, box: string) => opening(box, label))
  );
}

function opening(box: string, label: string): string {
  const [, , width = ''] = box.split(' ');
  const text = label.replace(/[&"<]/g, (one) => `&#${one.charCodeAt(0)};`);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" style="max-width:${width}px" ` +
    `role="group" aria-label="${text}">`
  );
}
