/** The page to play by: its controls and the places that its scripts fill. */
import { LOAD_MODES } from '../../apps/contract.ts';
import { html, type Html } from '../report/html/html.ts';
import { KINDS } from '../report/html/kinds.ts';
import { ENDLESS_LOADS, type Group, type Setting, SETTINGS } from './settings.ts';
import type { Turner } from './turner.ts';

export interface PlayPage {
  /** Of what is played. */
  readonly name: string;
  /** The version of Envoy. */
  readonly envoy: string;
  readonly cannot: Turner['cannot'];
}

const GROUPS: readonly (readonly [Group, string, string])[] = [
  ['limits', 'Limits', '0: no limit'],
  ['outliers', 'Outlier detection', 'empty: unset; with none set, nobody is ejected'],
  ['service', 'Service time', ''],
  ['load', 'Load', 'of every client'],
  ['size', 'How many', ''],
];

/** @returns a whole HTML document */
export function playPage({ name, envoy, cannot }: PlayPage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}, played</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="uplot.css" />
        <link rel="stylesheet" href="report.css" />
        <link rel="stylesheet" href="play.css" />
        <script type="module" src="play.js"></script>
      </head>
      <body>
        <header>
          <h1>${name}</h1>
          <p class="facts">
            Played on real Envoys ${envoy} on this machine. A changed limit reaches them while they
            run.
          </p>
          <div class="bar-of-buttons">
            <button type="button" id="load" aria-describedby="status">Pause the load</button>
            <button type="button" id="reset">As it was given</button>
            <button type="button" id="end">End everything</button>
            <p id="status" role="status">Connecting …</p>
          </div>
          <p id="problem" role="alert" hidden></p>
        </header>
        <div class="table-of-play">
          <form id="controls" aria-label="Settings" autocomplete="off">
            ${GROUPS.map((group) => fields(group, cannot))}
          </form>
          <main>
            ${outcomes()}
            <div class="pair">${beside()} ${endpoints()}</div>
            ${breakers()} ${back()}
          </main>
        </div>
        <footer>
          Served by <code>lab play</code> on this machine; nothing in this page was fetched from
          elsewhere.
        </footer>
      </body>
    </html> `.text;
}

function fields([group, title, note]: (typeof GROUPS)[number], cannot: Turner['cannot']): Html {
  const own = SETTINGS.filter((setting) => setting.group === group);
  const reasons = [...new Set(own.flatMap(({ name }) => cannot[name] ?? []))];
  return html`<details data-group="${group}" ${group === 'limits' && html`open`}>
    <summary>${title}${note !== '' && html` <small>${note}</small>`}</summary>
    ${own.map((setting) => field(setting, cannot[setting.name] !== undefined))}
    ${reasons.map((reason) => html`<p class="note">${reason}</p>`)}
  </details>`;
}

function field({ name, form, note }: Setting, isStuck: boolean): Html {
  const id = `set-${name.replace('.', '-')}`;
  const rest = html`id="${id}" name="${name}" aria-describedby="${id}-note"
  ${isStuck && html` disabled`}`;
  const label = name.slice(name.indexOf('.') + 1);
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${form === 'choice' ? choice(rest) : html`<input ${rest} ${inputOf(form)} />`}
    <small id="${id}-note">${note}</small>
  </div>`;
}

function inputOf(form: Setting['form']): Html {
  return form === 'number'
    ? html`type="number" min="0" step="1" inputmode="numeric"`
    : html`type="text" size="6" spellcheck="false"`;
}

/** What ends by itself can only be what was given. */
function choice(rest: Html): Html {
  const endless: readonly string[] = ENDLESS_LOADS;
  return html`<select ${rest}>
    ${LOAD_MODES.map(
      (mode) =>
        html`<option value="${mode}" ${!endless.includes(mode) && html`hidden`}>${mode}</option>`,
    )}
  </select>`;
}

function outcomes(): Html {
  return html`<section aria-labelledby="outcomes-title">
    <h2 id="outcomes-title">What becomes of the requests</h2>
    <div id="outcomes" class="plot" role="img" aria-label="No request has ended yet"></div>
    <ul class="legend" aria-label="Colours">
      ${KINDS.map(
        ({ name, title }) =>
          html`<li class="${name}" data-kind="${name}">
            <span class="swatch ${name}"></span>${title}
          </li>`,
      )}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="The last counts">
      <table id="counts" class="numbers"></table>
    </div>
  </section>`;
}

function beside(): Html {
  return html`<section aria-labelledby="beside-title">
    <h2 id="beside-title">Predicted beside seen</h2>
    <p class="note" id="beside-note"></p>
    <div class="scroll" tabindex="0" role="region" aria-label="Predicted beside seen">
      <table id="beside" class="numbers"></table>
    </div>
  </section>`;
}

function endpoints(): Html {
  return html`<section aria-labelledby="endpoints-title">
    <h2 id="endpoints-title">The endpoints</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="The endpoints">
      <table id="endpoints"></table>
    </div>
  </section>`;
}

function breakers(): Html {
  return html`<section aria-labelledby="breakers-title">
    <h2 id="breakers-title">The breakers, now and the minute before</h2>
    <p class="note">
      Dashed: the limit, as the running Envoy has it. A changed limit makes new pools, as it does in
      a mesh: the first batch after it finds them empty.
    </p>
    <ul class="legend" aria-label="Lines">
      <li><span class="swatch line-connections"></span>connections</li>
      <li><span class="swatch line-pending"></span>waiting requests</li>
    </ul>
    <div id="breakers" class="panels"></div>
  </section>`;
}

function back(): Html {
  return html`<section aria-labelledby="back-title">
      <h2 id="back-title">Take the settings with you</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="The settings">
        <pre id="copied"></pre>
      </div>
      <form id="keep" class="bar-of-buttons" autocomplete="off">
        <button type="button" id="copy">Copy</button>
        <label for="save-name">Stack</label>
        <input id="save-name" name="name" size="16" spellcheck="false" required />
        <button type="submit" id="save">Save as stack</button>
      </form>
    </section>
    <section aria-labelledby="said-title">
      <h2 id="said-title">What was done</h2>
      <ol id="said" reversed></ol>
    </section>`;
}
