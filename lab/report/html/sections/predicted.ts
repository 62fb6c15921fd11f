/** What was predicted of a run beside what was seen of it. */
import { besideOf } from '../../../analysis/beside.ts';
import { LOADS } from '../../../../apps/contract.ts';
import type { Observation } from '../../../../experiment/observation.ts';
import { html, type Html } from '../html.ts';
import { table } from '../table.ts';

export function predicted(observation: Observation): Html | '' {
  const { prediction, experiment } = observation;
  if (prediction === undefined) return '';
  if ('problem' in prediction) return html`<p>Not predicted: ${prediction.problem}</p>`;
  const rows = besideOf(observation, prediction);
  if (rows.length === 0) return html`<p>No batch was warm and undisturbed.</p>`;
  return table({
    caption: `Of ${prediction.seeds} simulated runs the median and the range of 95 %, ${LOADS[experiment.load].inBatches ? 'in a warm batch' : 'in the run'}`,
    numbers: true,
    heads: ['', 'predicted', 'from - to', 'seen', 'by batch', ''],
    rows: rows.map(({ outcome, predicted: range, observed, mean, outside }) => [
      outcome,
      range.p50,
      `${range.p2_5} - ${range.p97_5}`,
      Number(mean.toFixed(1)),
      observed.length === 1 ? '' : observed.slice(0, 20).join(' '),
      outside ? html`<span class="inconclusive">outside</span>` : 'inside',
    ]),
  });
}
