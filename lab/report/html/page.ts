/**
 * An observation as one page, or two side by side: everything is in the file, nothing is asked of a
 * network, and without its script it still tells everything.
 */
import { comparisonOf } from '../../analysis/comparison.ts';
import { withShortNames } from '../../analysis/podNames.ts';
import type { Observation } from '../../../experiment/observation.ts';
import { footer, wholeDocument } from './document.ts';
import { html, type Html } from './html.ts';
import { breakers } from './sections/breakers.ts';
import { differences } from './sections/differences.ts';
import { health } from './sections/health.ts';
import { predicted } from './sections/predicted.ts';
import { outcomes } from './sections/outcomes.ts';
import { settings, statistics } from './sections/statistics.ts';
import { broken, legend, timeline } from './sections/timeline.ts';
import { topology } from './sections/topology.ts';
import { checksTable, heading, notes, verdictSection } from './sections/verdict.ts';

export interface Named {
  /** What it is called where there are two: a file, a stack. */
  readonly name: string;
  readonly observation: Observation;
}

interface Section {
  readonly id: string;
  readonly title: string;
  /** Nothing where the observation has nothing of it. */
  readonly of: (observation: Observation) => Html | '' | Promise<Html | ''>;
}

const SECTIONS: readonly Section[] = [
  { id: 'predicted', title: 'Predicted beside observed', of: predicted },
  { id: 'outcomes', title: 'What became of the requests', of: outcomes },
  {
    id: 'requests',
    title: 'Every request',
    of: async (observation) => html`${legend(observation)}${await timeline(observation)}`,
  },
  { id: 'breakers', title: 'The breakers over time', of: breakers },
  { id: 'endpoints', title: 'The endpoints', of: health },
  { id: 'topology', title: 'Who called whom', of: topology },
  { id: 'statistics', title: "The proxies' statistics", of: statistics },
  { id: 'settings', title: 'From the objects to Envoy', of: settings },
  { id: 'notes', title: 'What else to know', of: notes },
];

/** @returns a whole HTML document */
export async function reportPage(
  documents: readonly [Named] | readonly [Named, Named],
): Promise<string> {
  const shown = documents.map(({ name, observation }) => ({
    name,
    observation: withShortNames(observation),
  }));
  const observations = shown.map(({ observation }) => observation);
  const sections = await Promise.all(
    SECTIONS.map(async ({ id, title, of }) => {
      const parts = await Promise.all(observations.map(async (one) => of(one)));
      if (parts.every((part) => part === '')) return { link: '', section: '' };
      return {
        link: html`<li><a href="#${id}">${title}</a></li>`,
        section: html`<section id="${id}">
          <h2>${title}</h2>
          ${sideBySide(
            parts.map((part) => (part === '' ? html`<p class="none">Nothing.</p>` : part)),
            shown,
          )}
        </section>`,
      };
    }),
  );
  const title = shown.map(({ name }) => name).join(' and ');
  const content = html`${sideBySide(observations.map(heading), [])}
    <nav aria-label="Contents">
      <ul>
        ${sections.map(({ link }) => link)}
      </ul>
    </nav>
    <main>
      ${sideBySide(observations.map(verdictSection), shown)} ${observations.map(broken)}
      ${documents.length === 2 && differences(comparisonOf(...both(documents)))}
      ${checksTable(observations)} ${sections.map(({ section }) => section)}
    </main>
    ${footer("Made by lab report from the run's own document")}`;
  return wholeDocument(title, content);
}

/** Alone as it is; of two, each under its name. */
function sideBySide(parts: readonly Html[], named: readonly Named[]): Html {
  if (parts.length === 1) return html`${parts}`;
  return html`<div class="pair">
    ${parts.map((part, index) => html`<div>${named[index] !== undefined && html`<h3>${named[index].name}</h3>`}${part}</div>`)}
  </div>`;
}

function both([a, b]: readonly Named[]): Parameters<typeof comparisonOf> {
  if (a === undefined || b === undefined) throw new TypeError('two are compared');
  return [
    { ...a, configuration: null },
    { ...b, configuration: null },
  ];
}
