/** The files of the page: its own, the report's style, the charts' library. */
import { readFileSync } from 'node:fs';

export interface Asset {
  readonly type: string;
  readonly read: () => string;
}

const own = (name: string): URL => new URL(`page/${name}`, import.meta.url);
const report = (name: string): URL => new URL(`../report/html/${name}`, import.meta.url);
const library = (name: string): URL =>
  new URL(`./${name}`, import.meta.resolve('uplot/dist/uPlot.esm.js'));

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** By their names behind the page's address. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  [
    ...['play.js', 'charts.js', 'controls.js', 'tables.js'].map((name) => [
      name,
      own(name),
      SCRIPT,
    ]),
    ['play.css', own('play.css'), STYLE],
    ['report.css', report('page.css'), STYLE],
    ['uplot.js', library('uPlot.esm.js'), SCRIPT],
    ['uplot.css', library('uPlot.min.css'), STYLE],
  ].map(([name, url, type]): [string, Asset] => [
    name as string,
    { type: type as string, read: () => readFileSync(url as URL, 'utf8') },
  ]),
);
