/** In what two runs differ: the notable first, then the figures side by side. */
import type { Comparison, Line } from '../../../../experiment/comparison.ts';
import { html, type Html, type Part } from '../html.ts';
import { table } from '../table.ts';

export function differences({
  names,
  differences: said,
  outcomes,
  refusals,
  counters,
}: Comparison): Html {
  const section = (caption: string, lines: readonly Line<number>[]): Part =>
    lines.length > 0 &&
    table({
      caption,
      numbers: true,
      heads: ['', ...names],
      rows: lines.map(({ name, values }) => [
        name,
        ...values.map((value) => Number(value.toFixed(2))),
      ]),
    });
  return html`<section id="differences">
    <h2>In what they differ</h2>
    ${
      said.length === 0
        ? html`<p>No notable difference in what was seen.</p>`
        : html`<ul>
            ${said.map((line) => html`<li>${line}</li>`)}
          </ul>`
    }
    <div class="pair">
      <div>
        ${section('Outcomes, per warm batch or in all', outcomes)}${section('Refused by, per warm batch or in all', refusals)}
      </div>
      <div>${section('What the proxies counted', counters)}</div>
    </div>
  </section>`;
}
