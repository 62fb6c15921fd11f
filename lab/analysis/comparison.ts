/** In what two runs differ: their settings, their outcomes, their proxies' counters. */
import { ROLES } from '../../experiment/roles.ts';
import { grown, latencyMs } from './figures.ts';
import type { Comparison, Line } from '../../experiment/comparison.ts';
import { refusal } from '../../experiment/expectation.ts';
import type { Observation, Request } from '../../experiment/observation.ts';
import { countedIn } from './counted.ts';
import { conditions, facts } from './differences.ts';
import { outcomesOf } from './outcome.ts';
import { both, type Both } from './pair.ts';

export interface Side {
  /** How it is called: a stack, or a file. */
  readonly name: string;
  readonly observation: Observation;
  /** Every key's value; null where a recorded run does not tell. */
  readonly configuration: Readonly<Record<string, string>> | null;
}

export function comparisonOf(a: Side, b: Side): Comparison {
  const recorded: [Observation, Observation] = [a.observation, b.observation];
  // Times can only be compared where they are of one scale.
  const isOneScale = a.observation.timeScale === b.observation.timeScale;
  const observations = isOneScale ? recorded : both(recorded, atFullTime);
  const names: [string, string] = [a.name, b.name];
  return {
    names,
    differences: [...conditions(names, recorded), ...facts(names, observations)],
    configuration:
      a.configuration === null || b.configuration === null
        ? null
        : configurationLines(a.configuration, b.configuration),
    outcomes: outcomeLines(observations),
    refusals: refusalLines(observations),
    counters: counterLines(observations),
    observations: recorded,
  };
}

function line<T, U>(name: string, values: Both<T>, of: (value: T) => U): Line<U> {
  return { name, values: both(values, of) };
}

function isSeen({ values }: Line<number>): boolean {
  return values.some((value) => value > 0);
}

/** The same run, as if it had not been scaled. */
function atFullTime(observation: Observation): Observation {
  const { timeScale, requests } = observation;
  return {
    ...observation,
    timeScale: 1,
    requests: requests.map((request) => ({
      ...request,
      sentMs: request.sentMs / timeScale,
      endedMs: request.endedMs / timeScale,
    })),
  };
}

// Configuration

/** Keys that speak of the experiment without changing what happens in it. */
const WORDS = ['description', 'seed', 'expect'];

function configurationLines(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): Line<string | null>[] {
  const [left, right] = both([a, b], settingsIn);
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((name) => line(name, [left, right], (settings) => settings.get(name) ?? null))
    .filter(({ values: [x, y] }) => x !== y);
}

/** Every setting by its key, such as `maxConnections` or `outlierDetection.interval`. */
function settingsIn(config: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(config)
      .filter(([key]) => !WORDS.includes(key))
      .flatMap(([key, text]) => flattened(key, text.startsWith('{') ? JSON.parse(text) : text)),
  );
}

function flattened(path: string, value: unknown): [string, string][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flattened(`${path}.${key}`, inner));
  }
  // The empty text leaves a key unset.
  if (value === '') return [];
  return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
}

// Outcomes

function outcomeLines(observations: Both<Observation>): Line<number>[] {
  const outcomes = both(observations, (observation) =>
    outcomesOf({ ...observation, requests: [...countedIn(observation).requests] }),
  );
  // Of an outcome that both have, the first request decides its place.
  const firsts = new Map(
    outcomes
      .flat()
      .reverse()
      .map(({ label, requests: [first] }) => [label, first]),
  );
  return [...firsts]
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([label]) =>
      line(label, [0, 1] as const, (side) => {
        const requests = outcomes[side].find((outcome) => outcome.label === label)?.requests ?? [];
        return requests.length / Math.max(1, countedIn(observations[side]).batches);
      }),
    );
}

/** Answers come before refusals, the sooner ones first. */
function rank(request: Request | undefined): number {
  if (request === undefined) return 0;
  return (request.refusedBy === null ? 0 : Number.MAX_SAFE_INTEGER / 2) + latencyMs(request);
}

function refusalLines(observations: Both<Observation>): Line<number>[] {
  return refusal.options
    .map((cause) =>
      line(cause, observations, (observation) => {
        const { requests, batches } = countedIn(observation);
        return (
          requests.filter(({ refusedBy }) => refusedBy === cause).length / Math.max(1, batches)
        );
      }),
    )
    .filter(isSeen);
}

// Counters

const COUNTERS = [
  'upstream_cx_total',
  'upstream_cx_overflow',
  'upstream_rq_total',
  'upstream_rq_pending_total',
  'upstream_rq_pending_overflow',
  'upstream_rq_retry',
  'upstream_rq_5xx',
  'outlier_detection.ejections_enforced_total',
  'outlier_detection.ejections_overflow',
];

function counterLines(observations: Both<Observation>): Line<number>[] {
  return ROLES.flatMap((role) =>
    COUNTERS.map((counter) =>
      line(`${role}: ${counter}`, observations, (one) => grown(one, [role], counter)),
    ),
  ).filter(isSeen);
}
