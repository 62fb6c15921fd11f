/** Tables of a page; a wide one scrolls by itself. */
import { html, type Html, type Part } from './html.ts';

export interface Table {
  readonly caption: string;
  readonly heads: readonly Part[];
  /** The first cell of each is its heading. */
  readonly rows: readonly (readonly Part[])[];
  /** Whether columns but the first hold numbers. */
  readonly numbers?: boolean;
}

export function table({ caption, heads, rows, numbers = false }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="${numbers ? 'numbers' : 'words'}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => (head === '' ? html`<td></td>` : html`<th scope="col">${head}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([head, ...cells]) =>
            html`<tr>
              <th scope="row">${head}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
