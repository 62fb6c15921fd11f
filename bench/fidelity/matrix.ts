/**
 * The configurations that predictions are measured on: drawn by a seed, every kind of them in a fixed
 * number, all times short. Each is the stack `dev` under settings, so that anybody can run one alone.
 * The third that is held out is drawn by a seed of its own: a new one makes a third that nobody has seen.
 */
import { seededRandom, type Random } from '../../apps/common/random.ts';

export const SEED = 20_261_128;
/** Draws which third is held out, and its configurations. */
export const HELD_OUT_SEED = 14;

/** A machine's own delays, a few ms, stay far below it. */
export const SERVICE_TIME_MS = 200;

export type Part = 'training' | 'held-out';

export interface Configuration {
  /** Such as `c017`; `d017` where it is held out. */
  readonly id: string;
  readonly kind: Kind;
  readonly part: Part;
  readonly settings: Readonly<Record<string, string>>;
  /** The law of the servers' times; all take SERVICE_TIME_MS where unset. */
  readonly law?: string | undefined;
  /** How often it is run anew: batches of one run share its pools. */
  readonly runs: number;
}

type Settings = Record<string, string>;

/** What a configuration has beside its limits, and how many have it. */
const KINDS = {
  plain: 36,
  requests: 10,
  perConnection: 8,
  closing: 10,
  retries: 12,
  ejection: 10,
  closed: 10,
  open: 12,
  timeout: 6,
  fault: 4,
  gateway: 4,
  unlimited: 4,
} as const;

export type Kind = keyof typeof KINDS;

const LAWS = [
  `uniform(${0.5 * SERVICE_TIME_MS}ms, ${1.5 * SERVICE_TIME_MS}ms)`,
  `exponential(mean=${SERVICE_TIME_MS}ms)`,
  `lognormal(p50=${0.9 * SERVICE_TIME_MS}ms, p99=${3 * SERVICE_TIME_MS}ms)`,
  `samples(${0.25 * SERVICE_TIME_MS}ms, ${SERVICE_TIME_MS}ms, ${2 * SERVICE_TIME_MS}ms)`,
];

const BATCH_RUNS = 4;
/** About what a run in batches takes: four of these and a few more have twenty warm batches. */
const RUN_MS = 6000;
/** Of a load without batches each run is one sample. */
const WHOLE_RUNS = 6;

export function matrix(seed = SEED, heldOutSeed = HELD_OUT_SEED): Configuration[] {
  const draw = drawsOf(seededRandom(seed));
  const kinds = Object.entries(KINDS).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as Kind),
  );
  const other = drawsOf(seededRandom(heldOutSeed));
  const heldOut = new Set(
    other.shuffled(kinds.map((_, index) => index)).slice(0, kinds.length / 3),
  );
  return kinds.map((kind, index) => {
    const number = String(index + 1).padStart(3, '0');
    const own = configurationOf(kind, draw);
    return heldOut.has(index)
      ? { id: `d${number}`, kind, part: 'held-out', ...configurationOf(kind, other) }
      : { id: `c${number}`, kind, part: 'training', ...own };
  });
}

type Drawn = Pick<Configuration, 'settings' | 'law' | 'runs'>;

function configurationOf(kind: Kind, draw: Draws): Drawn {
  const law = draw.chance(kind === 'plain' ? 0.4 : 0.25) ? draw.one(LAWS) : undefined;
  const clients = draw.one([1, 1, 2, 3]);
  const settings: Settings = {
    serverDelay: `${SERVICE_TIME_MS}ms`,
    clientReplicas: String(clients),
    serverReplicas: String(draw.one([1, 1, 2, 3, 4])),
    proxyConcurrency: String(draw.one([1, 1, 2, 2, 4])),
    maxConnections: String(draw.one([1, 2, 3, 4, 5, 6])),
    http1MaxPendingRequests: String(draw.one([0, 1, 1, 2, 3, 5])),
    batchSize: String(draw.one(clients === 1 ? [6, 8, 10, 12, 15] : [10, 12, 15])),
  };
  Object.assign(settings, TWISTS[kind](draw, settings));
  if (settings.load !== undefined) return { settings, law, runs: WHOLE_RUNS };
  const everyMs = intervalMs(settings, law !== undefined);
  settings.batchInterval = `${everyMs}ms`;
  settings.batches = String(Math.min(10, Math.max(6, Math.floor(RUN_MS / everyMs))));
  return { settings, law, runs: BATCH_RUNS };
}

const TWISTS: Readonly<Record<Kind, (draw: Draws, base: Settings) => Settings>> = {
  plain: () => ({}),
  requests: (draw) => ({
    http2MaxRequests: String(draw.one([2, 3, 4, 5, 6, 8, 10])),
    maxConnections: String(draw.one([0, 0, 3, 6])),
    http1MaxPendingRequests: '0',
  }),
  perConnection: (draw) => ({ maxRequestsPerConnection: String(draw.one([1, 1, 2, 3])) }),
  closing: () => ({ serverKeepAlive: 'false' }),
  retries: (draw) => ({
    clientReplicas: String(draw.one([2, 3])),
    serverReplicas: String(draw.one([1, 2])),
    retries: JSON.stringify({ attempts: draw.one([1, 2, 3]), retryOn: '503' }),
    ...(draw.chance(0.4) && { maxRetries: String(draw.one([1, 2, 3])) }),
  }),
  ejection: (draw) => ({
    versions: JSON.stringify({ v1: { replicas: draw.one([1, 2]) }, v2: { status: 502 } }),
    outlierDetection: JSON.stringify({
      consecutive5xxErrors: draw.one([1, 2, 3, 5]),
      interval: '1s',
      baseEjectionTime: draw.one(['1s', '2s']),
      maxEjectionPercent: draw.one([50, 100]),
    }),
    ...draw.one([closedLoop, openLoop, batches])(draw),
  }),
  closed: closedLoop,
  open: openLoop,
  timeout: (draw) => ({
    http1MaxPendingRequests: String(draw.one([0, 3, 5])),
    ...draw.one([
      { routeTimeout: `${1.5 * SERVICE_TIME_MS}ms` },
      { requestTimeout: `${2.5 * SERVICE_TIME_MS}ms` },
    ]),
  }),
  fault: (draw) => ({
    fault: JSON.stringify(
      draw.one([
        { abort: { httpStatus: 503, percentage: { value: draw.one([20, 40]) } } },
        { delay: { fixedDelay: '100ms', percentage: { value: draw.one([30, 60]) } } },
      ]),
    ),
  }),
  gateway: () => ({ gateways: '["mesh","ingress"]', entry: 'gateway' }),
  unlimited: (draw) => draw.one([{ maxConnections: '0' }, { http1MaxPendingRequests: '0' }]),
};

function batches(): Settings {
  return {};
}

function closedLoop(draw: Draws): Settings {
  const workers = draw.one([3, 5, 8, 12, 20]);
  return { load: 'closed', workers: String(workers), requests: String(12 * workers) };
}

function openLoop(draw: Draws): Settings {
  const perSecond = draw.one([15, 25, 40, 60]);
  return draw.one<Settings>([
    {
      load: 'paced',
      requestInterval: `${Math.round(1000 / perSecond)}ms`,
      requests: String(3 * perSecond),
    },
    { load: 'poisson', requestRate: `${perSecond}/s`, requests: String(3 * perSecond) },
    { load: 'steps', rateSteps: `${perSecond / 5}/s for 1s, ${perSecond}/s for 2s` },
  ]);
}

/** From a batch's start to the next: long enough for most to have ended, so that clients stay together. */
function intervalMs(settings: Settings, isRandom: boolean): number {
  const [size = 0, connections = 0, pending = 0, workers = 1] = [
    settings.batchSize,
    settings.maxConnections,
    settings.http1MaxPendingRequests,
    settings.proxyConcurrency,
  ].map(Number);
  const inQueue = connections === 0 ? 0 : pending === 0 ? size : Math.min(pending, size);
  const unequal = workers > 1 || isRandom ? 1.5 : 1;
  const turns = 1 + Math.ceil((inQueue / Math.max(1, connections)) * unequal);
  return Math.round((Math.min(turns, 1 + inQueue) + 0.75 + (isRandom ? 1 : 0)) * SERVICE_TIME_MS);
}

interface Draws {
  readonly one: <T>(of: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
  readonly shuffled: <T>(of: readonly T[]) => T[];
}

function drawsOf(random: Random): Draws {
  return {
    one: (of) => of[Math.floor(random() * of.length)] as (typeof of)[number],
    chance: (share) => random() < share,
    shuffled: (of) =>
      of
        .map((value) => ({ value, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value),
  };
}
