/** What a prediction leaves out, as a part of its page. */
import type { LeftOut } from '../../../../experiment/leftOut.ts';
import { leftOutLines } from '../../leftOutLines.ts';
import { html, type Html } from '../html.ts';

export function leftOutOfPrediction(all: readonly LeftOut[]): Html {
  if (all.length === 0) return html``;
  return html`<section id="notes">
    <h2>Left out by the prediction</h2>
    <ul>
      ${leftOutLines(all).map((line) => html`<li>${line}</li>`)}
    </ul>
  </section>`;
}
