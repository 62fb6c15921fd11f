/** What a run showed, and why: the first thing on a page. */
import { LOADS } from '../../../../apps/contract.ts';
import { told } from '../../../analysis/disturbance.ts';
import type { Judgement, Observation } from '../../../../experiment/observation.ts';
import { leftOutLines } from '../../leftOutLines.ts';
import { html, type Html, type Part } from '../html.ts';
import { table } from '../table.ts';

const SOURCES: Readonly<Record<Observation['source'], string>> = {
  local: 'seen on this machine',
  cluster: 'seen in a cluster',
  prediction: 'predicted',
};

const SENTENCES: Readonly<Record<Judgement, string>> = {
  holds: 'The verdict holds.',
  'does not hold': 'The verdict does not hold.',
  inconclusive: 'The verdict is inconclusive.',
};

export function heading(observation: Observation): Html {
  const { stack, experiment, source, versions, requests, batches, timeScale, startedAt } =
    observation;
  const facts = [
    SOURCES[source],
    `${requests.length.toLocaleString('en')} requests${LOADS[experiment.load].inBatches ? ` in ${batches} batches` : ''}`,
    ...(versions.envoy === null ? [] : [`Envoy ${versions.envoy}`]),
    ...(versions.istio === null ? [] : [`Istio ${versions.istio}`]),
    ...(timeScale === 1 ? [] : [`all times at ${timeScale} of their own`]),
    startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
  ];
  return html`<header>
    <h1>${stack}</h1>
    ${experiment.description !== '' && html`<p>${experiment.description}</p>`}
    <p class="facts">${facts.join(' · ')}</p>
  </header>`;
}

export function verdictSection({ verdict, explanation }: Observation): Html {
  return html`<p class="verdict ${mark(verdict.outcome)}">
      <span aria-hidden="true">${SIGNS[verdict.outcome]}</span>
      ${SENTENCES[verdict.outcome]}${verdict.because !== undefined && html` <small>${verdict.because}</small>`}
    </p>
    ${
      explanation.length > 0 &&
      html`<h3>Why it came out so</h3>
        <ul class="why">
          ${explanation.map((line) => html`<li>${line}</li>`)}
        </ul>`
    }`;
}

/** Expected beside seen, of one run or of several that expect the same. */
export function checksTable(observations: readonly Observation[]): Html {
  const names = [
    ...new Set(observations.flatMap(({ verdict }) => verdict.checks.map(({ name }) => name))),
  ];
  return table({
    caption: 'Expected, and what was seen',
    heads: [
      '',
      'expected',
      ...observations.flatMap((one) => [
        one.source === 'prediction' ? 'predicted' : 'observed',
        '',
      ]),
    ],
    rows: names.map((name): Part[] => {
      const checks = observations.map(({ verdict }) =>
        verdict.checks.find((check) => check.name === name),
      );
      const first = checks.find((check) => check !== undefined);
      return [
        html`${name}${first?.because !== undefined && html`<small>${first.because}</small>`}`,
        first?.expected ?? '',
        ...checks.flatMap((check): Part[] => [
          check?.seen ?? '',
          check === undefined ? '' : judged(check.outcome),
        ]),
      ];
    }),
  });
}

/** What a reader has to know of the run besides. */
export function notes(observation: Observation): Html | '' {
  const { faults, madeUp, leftOut, disturbed, external, experiment } = observation;
  const inBatches = LOADS[experiment.load].inBatches;
  const lists: [string, readonly string[]][] = [
    ['What broke', faults],
    ['Not judged, for what this machine did', disturbed.map((one) => told(one, inBatches))],
    [
      'By other tools',
      external.map(
        ({ command, statuses, problem }) =>
          `${command}: ${
            problem ??
            Object.entries(statuses)
              .map(([status, count]) => `${count} x ${status}`)
              .join(', ')
          }`,
      ),
    ],
    ['Made up, as the objects lack it', madeUp],
    ['Left out, or not to be seen', leftOutLines(leftOut)],
  ];
  const said = lists.filter(([, lines]) => lines.length > 0);
  if (said.length === 0) return '';
  return html`${said.map(
    ([title, lines]) =>
      html`<h3>${title}</h3>
        <ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`,
  )}`;
}

const SIGNS: Readonly<Record<Judgement, string>> = {
  holds: '✓',
  'does not hold': '✗',
  inconclusive: '?',
};

function mark(outcome: Judgement): string {
  return outcome.replaceAll(' ', '-');
}

export function judged(outcome: Judgement): Html {
  return html`<span class="judged ${mark(outcome)}"
    ><span aria-hidden="true">${SIGNS[outcome]}</span> ${outcome}</span
  >`;
}
