/** A prediction as one page: what a warm batch will show, with its spread, and how long answers take. */
import type { TopLevelSpec } from 'vega-lite';
import type { Prediction } from '../../../experiment/prediction.ts';
import { pageChart } from '../charts/pageChart.ts';
import { footer, wholeDocument } from './document.ts';
import { html, type Html, raw } from './html.ts';
import { leftOutOfPrediction } from './sections/leftOutOfPrediction.ts';
import { table } from './table.ts';

/** @returns a whole HTML document */
export async function predictionPage(prediction: Prediction): Promise<string> {
  const { stack, seeds, requests, timeScale, samples, firstWarmBatch } = prediction;
  const inBatches = firstWarmBatch !== null;
  const facts = [
    'predicted: nothing was run',
    inBatches ? `${samples.length} warm batches of ${seeds} runs` : `${seeds} runs`,
    `${requests.toLocaleString('en')} requests`,
    ...(timeScale === 1 ? [] : [`all times at ${timeScale} of their own`]),
  ];
  const title = `${stack}: predicted`;
  return wholeDocument(
    title,
    html`<header>
        <h1>${stack}</h1>
        <p class="facts">${facts.join(' · ')}</p>
      </header>
      <main>
        ${samples.length === 0 ? html`<p class="verdict inconclusive">No batch got warm in any of the runs.</p>` : html`${await outcomes(prediction)}`}
        ${timing(prediction)} ${expected(prediction)} ${leftOutOfPrediction(prediction.leftOut)}
      </main>
      ${footer('Made by lab predict')}`,
  );
}

async function outcomes(prediction: Prediction): Promise<Html> {
  const inBatches = prediction.firstWarmBatch !== null;
  const rows = Object.entries(prediction.outcomes);
  const caption = `Requests by how they end, ${inBatches ? 'in a warm batch' : 'in the run'}`;
  return html`<section id="outcomes">
    <h2>What will become of the requests</h2>
    <div class="scroll chart" tabindex="0" role="region" aria-label="${caption}, as a chart">
      ${raw(await pageChart(spec(prediction), caption))}
    </div>
    <p class="note">A bar is the range in which 95 % lie, its point the median.</p>
    ${table({
      caption,
      numbers: true,
      heads: ['', 'median', 'from', 'to', 'mean'],
      rows: rows.map(([outcome, { p50, p2_5, p97_5, mean }]) => [
        outcome,
        ...[p50, p2_5, p97_5],
        Number(mean.toFixed(2)),
      ]),
    })}
  </section>`;
}

function spec({ outcomes: all }: Prediction): TopLevelSpec {
  const rows = Object.entries(all).map(([outcome, range]) => ({
    outcome,
    ...range,
    told: `${outcome}: ${range.p50}, in 95 % ${range.p2_5} to ${range.p97_5}`,
  }));
  const y = { field: 'outcome', type: 'nominal', title: null, sort: null } as const;
  return {
    width: 520,
    height: { step: 30 },
    data: { values: rows },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 7, opacity: 0.4, color: 'var(--good)', aria: false },
        encoding: {
          y: { ...y, axis: { labelLimit: 260 } },
          x: { field: 'p2_5', type: 'quantitative', title: 'requests', axis: { tickMinStep: 1 } },
          x2: { field: 'p97_5' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1, color: 'var(--good)' },
        encoding: {
          y,
          x: { field: 'p50', type: 'quantitative' },
          description: { field: 'told' },
        },
      },
    ],
  };
}

function timing({ latency, firstWarmBatch, neverWarm, ejections }: Prediction): Html {
  const range = ({ p2_5, p97_5 }: { p2_5: number; p97_5: number }, from: number): string =>
    p2_5 === p97_5 ? String(p2_5 + from) : `${p2_5 + from} to ${p97_5 + from}`;
  const rows: [string, string, string][] = [
    ...(latency === null
      ? []
      : (['p50', 'p90', 'p99'] as const).map((name): [string, string, string] => [
          `answered within, ${name}`,
          `${latency[name].toFixed(0)} ms`,
          '',
        ])),
    ...(firstWarmBatch === null
      ? []
      : [
          [
            'the first warm batch',
            `number ${firstWarmBatch.p50 + 1}`,
            range(firstWarmBatch, 1),
          ] satisfies [string, string, string],
        ]),
    ...(neverWarm === 0
      ? []
      : [['runs without a warm batch', String(neverWarm), ''] satisfies [string, string, string]]),
    ...(ejections.mean === 0
      ? []
      : [
          ['ejections in a run', String(ejections.p50), range(ejections, 0)] satisfies [
            string,
            string,
            string,
          ],
        ]),
  ];
  if (rows.length === 0) return html``;
  return html`<section id="timing">
    <h2>How long, and when</h2>
    ${table({ caption: 'Times and counts', heads: ['', 'median', 'in 95 %'], rows })}
  </section>`;
}

/** Where it was asked for. */
function expected({ verdicts, seeds }: Prediction): Html {
  if (verdicts === undefined) return html``;
  return html`<section id="expected">
    <h2>How often it is as expected</h2>
    <p class="note">All of it holds in ${verdicts.hold} of ${seeds} runs.</p>
    ${table({
      caption: 'Checks, by the runs in which they hold',
      heads: ['', 'expected', 'holds in', 'else such as'],
      rows: verdicts.checks.map(({ name, expected: bounds, hold, otherwise }) => [
        ...[name, bounds],
        ...[hold, otherwise ?? ''],
      ]),
    })}
  </section>`;
}
