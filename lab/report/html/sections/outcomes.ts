/** How many requests ended alike, batch by batch. */
import { outcomesOf } from '../../../analysis/outcome.ts';
import type { Observation } from '../../../../experiment/observation.ts';
import { columnsOf } from '../../columns.ts';
import { html, type Html } from '../html.ts';
import { kindOf } from '../kinds.ts';
import { table } from '../table.ts';

/** More columns than these say less than their sum. */
const MOST_COLUMNS = 40;

export function outcomes(observation: Observation): Html {
  const all = columnsOf(observation);
  const columns = all.length > MOST_COLUMNS ? [] : all;
  return table({
    caption: 'How many ended alike',
    numbers: true,
    heads: [
      '',
      ...columns.map(({ title, subtitle }) => html`${title} <small>${subtitle}</small>`),
      'all',
    ],
    rows: outcomesOf(observation).map(({ label, requests }) => [
      html`<span class="swatch ${requests[0] === undefined ? '' : kindOf(requests[0])}"></span
        >${label}`,
      ...columns.map(({ holds }) => shown(requests.filter(holds).length)),
      requests.length,
    ]),
  });
}

function shown(count: number): Html | number {
  return count === 0 ? html`<span class="none">0</span>` : count;
}
