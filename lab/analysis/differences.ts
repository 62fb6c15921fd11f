/** In what two runs differ notably, a sentence each. */
import { refusal } from '../../experiment/expectation.ts';
import { durationMs } from '../../istio/duration.ts';
import type { Observation, Request } from '../../experiment/observation.ts';
import { answeredOf, countedIn } from './counted.ts';
import { grown, latencyMs } from './figures.ts';
import { both, type Both } from './pair.ts';

export type Names = Both<string>;

/** What was not the same about the runs themselves. */
export function conditions([a, b]: Names, observations: Both<Observation>): string[] {
  const sentences: string[] = [];
  const [x, y] = observations;
  if (x.source !== y.source) {
    sentences.push(`${a} is seen by source ${x.source}, ${b} by ${y.source}.`);
  }
  if (x.versions.envoy !== y.versions.envoy) {
    const [left, right] = both(observations, ({ versions }) => versions.envoy ?? 'no version');
    sentences.push(`${a} ran on Envoy ${left}, ${b} on ${right}.`);
  }
  if (x.timeScale !== y.timeScale) {
    sentences.push(
      `${a} ran at time scale ${x.timeScale}, ${b} at ${y.timeScale}; ` +
        'all times here are those of scale 1.',
    );
  }
  if (x.verdict.outcome !== y.verdict.outcome) {
    const said = (name: string, { outcome }: Observation['verdict']): string =>
      `${name} ${outcome.replace('inconclusive', 'is inconclusive')}`;
    sentences.push(`The verdict of ${said(a, x.verdict)}, that of ${said(b, y.verdict)}.`);
  }
  return sentences;
}

/** A figure that both runs have, told as `<a> <verb> <figure> <what>, <b> <figure>.` */
interface Fact {
  readonly verb: string;
  readonly what: string;
  /** Undefined where a run does not have it. */
  readonly of: (observation: Observation) => number | undefined;
  readonly show: (figure: number) => string;
  /** A smaller difference says nothing. */
  readonly least: number;
}

/** Nor does one that is less than this part of the larger figure. */
const LEAST_PART = 0.1;

const FACTS: readonly Fact[] = [
  {
    verb: 'answers',
    what: 'of its requests',
    of: shareOf(({ refusedBy }) => refusedBy === null),
    show: percent,
    least: 0.02,
  },
  ...refusal.options.map((cause) => ({
    verb: 'has',
    what: `of its requests refused by ${cause}`,
    of: shareOf(({ refusedBy }) => refusedBy === cause),
    show: percent,
    least: 0.02,
  })),
  {
    verb: 'takes',
    what: 'for its slowest answer',
    of: (observation) => {
      const answered = answeredOf(countedIn(observation).requests);
      // Without a service time there is nothing but the machine's own haste to compare.
      const isTold = durationMs(observation.experiment.serviceTime) > 0 && answered.length > 0;
      return isTold ? Math.max(...answered.map(latencyMs)) : undefined;
    },
    show: (ms) => `${(ms / 1000).toFixed(1)} s`,
    least: 100,
  },
  {
    verb: 'opens',
    what: "connections from its callers' proxies",
    of: (observation) => grown(observation, ['client', 'gateway'], 'upstream_cx_total'),
    show: String,
    least: 1,
  },
  {
    verb: 'makes',
    what: 'retries',
    of: (observation) => grown(observation, ['client', 'gateway'], 'upstream_rq_retry'),
    show: String,
    least: 1,
  },
  {
    verb: 'sees',
    what: 'ejections of an endpoint',
    of: (observation) => {
      const counter = 'outlier_detection.ejections_enforced_total';
      return grown(observation, ['client', 'gateway'], counter);
    },
    show: String,
    least: 1,
  },
];

export function facts([a, b]: Names, observations: Both<Observation>): string[] {
  return FACTS.flatMap(({ verb, what, of, show, least }) => {
    const [x, y] = both(observations, of);
    if (x === undefined || y === undefined) return [];
    const isNotable = Math.abs(x - y) >= Math.max(least, LEAST_PART * Math.max(x, y));
    return isNotable ? [`${a} ${verb} ${show(x)} ${what}, ${b} ${show(y)}.`] : [];
  });
}

function shareOf(isOne: (request: Request) => boolean): Fact['of'] {
  return (observation) => {
    const { requests } = countedIn(observation);
    return requests.length === 0 ? undefined : requests.filter(isOne).length / requests.length;
  };
}

function percent(share: number): string {
  return share === 0 ? 'none' : `${Number((100 * share).toFixed(1))} %`;
}
