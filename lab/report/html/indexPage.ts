/** Many runs as one page: a line each with its verdict, which leads to the run's own page. */
import { LOADS } from '../../../apps/contract.ts';
import type { Judgement, Observation } from '../../../experiment/observation.ts';
import type { Summary } from '../../../experiment/summary.ts';
import { answeredOf, countedIn } from '../../analysis/counted.ts';
import { footer, wholeDocument } from './document.ts';
import { html, type Html, type Part } from './html.ts';
import { judged } from './sections/verdict.ts';
import { table } from './table.ts';

/**
 * @param pageOf the file of a run's own page, by the stack's name, as a link says it; none where there is none
 * @returns a whole HTML document
 */
export function indexPage(summary: Summary, pageOf: (stack: string) => string | undefined): string {
  const { observations, failures, timeScale, durationMs, outcome } = summary;
  const count = observations.length + failures.length;
  const holding = observations.filter(({ verdict }) => verdict.outcome === 'holds').length;
  const facts = [
    `${count} experiments`,
    `${(durationMs / 1000).toFixed(1)} s`,
    ...(timeScale === 1 ? [] : [`all times at ${timeScale} of their own`]),
  ];
  return wholeDocument(
    'All experiments',
    html`<header>
        <h1>All experiments</h1>
        <p class="facts">${facts.join(' · ')}</p>
      </header>
      <main>
        <p class="verdict ${outcome.replaceAll(' ', '-')}">${holding} of ${count} verdicts hold.</p>
        ${failed(summary)}
        <section id="runs">
          <h2>The runs</h2>
          ${table({
            caption: 'What does not hold stands first',
            heads: ['', 'verdict', 'requests', 'answered', 'warm batches'],
            rows: observations
              .toSorted((a, b) => RANK[a.verdict.outcome] - RANK[b.verdict.outcome])
              .map((observation) => lineOf(observation, pageOf(observation.stack))),
          })}
        </section>
        ${unmet(summary)}
      </main>
      ${footer('Made by lab run --all')}`,
  );
}

function lineOf(observation: Observation, page: string | undefined): Part[] {
  const { stack, verdict, requests, experiment } = observation;
  return [
    html`${page === undefined ? stack : html`<a href="${page}">${stack}</a>`}<small
        >${experiment.description}</small
      >`,
    judged(verdict.outcome),
    requests.length,
    answeredOf(requests).length,
    LOADS[experiment.load].inBatches ? countedIn(observation).batches : '',
  ];
}

const RANK: Readonly<Record<Judgement, number>> = {
  'does not hold': 0,
  inconclusive: 1,
  holds: 2,
};

function unmet({ observations }: Summary): Html {
  const open = observations.filter(({ verdict }) => verdict.outcome !== 'holds');
  if (open.length === 0) return html``;
  return html`<section id="unmet">
    <h2>What does not hold, or could not be judged</h2>
    ${open.map(
      ({ stack, verdict }) =>
        html`<h3>${stack}</h3>
          ${verdict.because !== undefined && html`<p>${verdict.because}</p>`}
          ${table({
            caption: `${stack}: expected, and what was seen`,
            heads: ['', 'expected', 'seen', ''],
            rows: verdict.checks
              .filter(({ outcome }) => outcome !== 'holds')
              .map(({ name, expected, seen, outcome, because }): Part[] => [
                html`${name}${because !== undefined && html`<small>${because}</small>`}`,
                expected,
                seen,
                judged(outcome),
              ]),
          })}`,
    )}
  </section>`;
}

function failed({ failures }: Summary): Html {
  if (failures.length === 0) return html``;
  return html`<section id="failed">
    <h2>What could not run</h2>
    <ul>
      ${failures.map(({ stack, reason }) => html`<li><b>${stack}</b>: ${reason}</li>`)}
    </ul>
  </section>`;
}
