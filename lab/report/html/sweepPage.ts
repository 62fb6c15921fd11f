/** A sweep as one page: the map with its cliff and what is set now, and the cells as a table. */
import type { Sweep, SweepCell } from '../../../experiment/sweep.ts';
import { pageChart } from '../charts/pageChart.ts';
import { sweepSpec } from '../charts/sweepCharts.ts';
import { refusedShare } from '../sweepFigures.ts';
import { footer, wholeDocument } from './document.ts';
import { html, type Html, type Part, raw } from './html.ts';
import { leftOutOfPrediction } from './sections/leftOutOfPrediction.ts';
import { table } from './table.ts';
import { thinned } from './thinned.ts';

/** A table of no more stands open. */
const FEW_LINES = 40;

/** A table of more lines than this nobody reads. */
const MOST_LINES = 300;

/** What each of more cells says of itself would be most of the page. */
const MOST_TELLING = 600;

/** @returns a whole HTML document */
export async function sweepPage(sweep: Sweep): Promise<string> {
  const { stack, axes, cells, seeds, timeScale } = sweep;
  const facts = [
    'predicted: nothing was run',
    `${cells.length.toLocaleString('en')} settings`,
    `${seeds} ${seeds === 1 ? 'run' : 'runs'} of each`,
    ...(timeScale === 1 ? [] : [`all times at ${timeScale} of their own`]),
  ];
  const keys = axes.map(({ key }) => key).join(', ');
  return wholeDocument(
    `${stack}: ${keys}`,
    html`<header>
        <h1>${stack}: ${keys}</h1>
        <p class="facts">${facts.join(' · ')}</p>
      </header>
      <main>
        ${nowAndCliff(sweep)} ${await chart(sweep)}
        <details ${sweep.cells.length <= FEW_LINES && raw('open')}>
          <summary>The settings as a table</summary>
          ${table(cellsTable(sweep))}
        </details>
        ${checked(sweep)} ${leftOutOfPrediction(sweep.leftOut)}
      </main>
      ${footer('Made by lab sweep')}`,
  );
}

function nowOf({ axes, cells, current }: Sweep): SweepCell | undefined {
  return cells.find(({ settings }) => axes.every(({ key }) => settings[key] === current[key]));
}

/** The two sentences that a sweep is made for. */
function nowAndCliff(sweep: Sweep): Html {
  const now = nowOf(sweep);
  const { cliff, current, cells } = sweep;
  const cold = cells.reduce((sum, { neverWarm }) => sum + neverWarm, 0);
  return html`<p class="verdict">
      ${
        now?.success
          ? `Set now: ${inWords(now.settings)}: ${percent(now.success.mean)} answered.`
          : `What is set now (${inWords(current) || 'none of these keys'}) is outside.`
      }
    </p>
    <p>
      ${
        cliff === null
          ? 'There is no cliff: between neighbours the answers fall by less than 5 %.'
          : `The steepest fall is from ${percent(cliff.success[0])} answered (${inWords(cliff.from)}) to ${percent(cliff.success[1])} (${inWords(cliff.to)}).`
      }
    </p>
    ${cold > 0 && html`<p>${cold} runs never got warm, and are not counted.</p>`}`;
}

async function chart(sweep: Sweep): Promise<Html> {
  if (sweep.axes.length > 2) {
    return html`<p class="note">More than two keys are varied: no picture shows that.</p>`;
  }
  const { shown, steps } = thinned(sweep);
  const label = `Answered, refused and the 99th percentile over ${sweep.axes.map(({ key }) => key).join(' and ')}`;
  const tells = shown.cells.length <= MOST_TELLING;
  const spec = sweepSpec(shown, {
    ...{ ink: 'var(--ink)', now: 'var(--now)', tells },
    ...{ side: 720, stacked: true },
  });
  return html`<section id="map">
    <h2>The whole range</h2>
    <div class="scroll chart sweep" tabindex="0" role="region" aria-label="${label}">
      ${raw(await pageChart(spec, label))}
    </div>
    ${steps.length > 0 && html`<p class="note">${sweep.cells.length.toLocaleString('en')} settings are too many to draw one by one: ${steps.join(', ')}.</p>`}
  </section>`;
}

function cellsTable(sweep: Sweep): Parameters<typeof table>[0] {
  const { axes, cells, current } = sweep;
  const all = cells.length <= MOST_LINES;
  const now = nowOf(sweep);
  return {
    caption: all
      ? 'Every setting'
      : `The first ${MOST_LINES} of ${cells.length.toLocaleString('en')} settings: --csv has all of them`,
    numbers: true,
    heads: ['', 'answered', '95 % of batches', 'refused', 'p50', 'p99', ''],
    rows: cells.slice(0, MOST_LINES).map((cell): Part[] => {
      const { settings, success, latency } = cell;
      const name = axes.map(({ key }) => `${key} ${settings[key] ?? ''}`).join(', ');
      return [
        cell === now ? html`<b>${name}</b>` : name,
        success === null ? 'never warm' : percent(success.mean),
        success === null ? '' : `${percent(success.p2_5)} - ${percent(success.p97_5)}`,
        success === null ? '' : percent(refusedShare(cell)),
        ...[latency?.p50, latency?.p99].map((ms) =>
          ms === undefined ? '' : `${ms.toFixed(0)} ms`,
        ),
        axes.every(({ key }) => settings[key] === current[key]) ? 'set now' : '',
      ];
    }),
  };
}

/** Of the cells that ran on real Envoys, what was seen beside what was predicted. */
function checked({ checked: all = [] }: Sweep): Html {
  if (all.length === 0) return html``;
  return html`<section id="checked">
    <h2>Cells on real Envoys</h2>
    ${all.map(({ settings, rows, problem }) =>
      problem === undefined
        ? table({
            caption: inWords(settings),
            numbers: true,
            heads: ['', 'predicted', 'from - to', 'seen', ''],
            rows: rows.map(({ outcome, predicted, mean, outside }) => [
              outcome,
              predicted.p50,
              `${predicted.p2_5} - ${predicted.p97_5}`,
              Number(mean.toFixed(1)),
              outside ? html`<span class="inconclusive">outside</span>` : 'inside',
            ]),
          })
        : html`<p>${inWords(settings)}: ${problem}</p>`,
    )}
  </section>`;
}

function inWords(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
