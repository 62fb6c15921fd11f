/**
 * What Envoy's adaptive concurrency would do with the same load in place of limits: its gradient
 * controller in every server's proxy, given the time that it needs to learn.
 */
import type { Recommendation } from '../../experiment/recommendation.ts';
import { quantile } from '../analysis/quantile.ts';
import { GRADIENT_DEFAULTS, type GradientConfig } from './engine/gradient.ts';
import { simulate, Simulator } from './engine/simulate.ts';
import { figuresOfRun } from './figures.ts';
import type { Client, Model } from './model.ts';
import { formatValue, type Objective } from './objective.ts';
import { type Limits, type Result, told, type Trials } from './trials.ts';

/** How long it may learn, in ms of the experiment's own time, if that is not too much to simulate. */
const LEARNS_MS = 600_000;
const MOST_REQUESTS = 20_000;
/** It finds its limit again and again in each run: few runs tell. */
const SEEDS = 3;

export interface Static {
  readonly trials: Trials;
  readonly limits: Limits;
  /** Without any limit. */
  readonly none: Limits;
  readonly objectives: readonly Objective[];
  readonly timeScale: number;
  readonly modelAt: (load: number) => Model;
  /** The most load at which the static limits hold. */
  readonly cliff: number;
}

export function adaptive(
  asked: Static,
  models: { readonly own: Model; readonly grown: Model },
): Recommendation['adaptive'] {
  const own = learnt(asked, models.own);
  const grown = learnt(asked, models.grown);
  return {
    own: told(own.result),
    grown: told(grown.result),
    concurrency: grown.concurrency,
    verdict: verdictOf(asked, own.result, grown.result),
  };
}

/** What is seen in the second half of runs in which it learns in the first. */
function learnt(
  { trials, none, timeScale }: Static,
  model: Model,
): { result: Result; concurrency: number } {
  trials.setLimits(model, none);
  const { requests, durationMs } = simulate(model, 1);
  const perMs = requests / Math.max(1, durationMs);
  const forMs = Math.min(LEARNS_MS * timeScale, MOST_REQUESTS / perMs);
  const simulator = new Simulator(withControllers(model, forMs, timeScale));
  const found: number[] = [];
  const figures = Array.from({ length: SEEDS }, (_, index) => {
    const run = simulator.run(index + 1);
    found.push(...run.concurrencyLimits);
    return figuresOfRun(run, run.durationMs / 2);
  });
  found.sort((a, b) => a - b);
  return { result: trials.resultOfFigures(figures), concurrency: quantile(found, 0.5) };
}

function withControllers(model: Model, forMs: number, timeScale: number): Model {
  const adaptive: GradientConfig = {
    ...GRADIENT_DEFAULTS,
    measureEveryMs: GRADIENT_DEFAULTS.measureEveryMs * timeScale,
    updateEveryMs: GRADIENT_DEFAULTS.updateEveryMs * timeScale,
  };
  const interval = Math.max(
    1,
    ...model.clients.map(({ load }) => (load.mode === 'batch' ? load.intervalMs : 1)),
  );
  return {
    ...model,
    watch: { ...model.watch, batches: model.watch.inBatches ? Math.ceil(forMs / interval) : 0 },
    clients: model.clients.map((client) => lasting(client, forMs)),
    listeners: model.listeners.map((listener) =>
      model.proxies[listener.proxy]?.role === 'server' ? { ...listener, adaptive } : listener,
    ),
  };
}

function lasting(client: Client, forMs: number): Client {
  const { load } = client;
  return load.mode === 'batch' || load.mode === 'at'
    ? client
    : { ...client, load: { ...load, requests: Infinity, durationMs: forMs } };
}

/** So much beyond the cliff both are compared once more. */
const BEYOND = 1.5;

function verdictOf(asked: Static, own: Result, grown: Result): string {
  const { objectives, trials, limits, modelAt, cliff } = asked;
  const said = ({ values }: Result): string =>
    objectives
      .map(
        (objective, index) =>
          `${objective.metric} ${formatValue(objective, values[index]?.worst ?? NaN)}`,
      )
      .join(', ');
  const meets = own.met === own.runs && grown.met === grown.runs;
  const first = meets
    ? `Adaptive concurrency meets the objectives as well (${said(grown)})`
    : `Adaptive concurrency does not meet the objectives (${said(grown)}): again and again it lets no more ` +
      `than ${GRADIENT_DEFAULTS.minConcurrency} requests at a time through to a server, to measure its least round trip`;
  const load = Number((cliff * BEYOND).toFixed(2));
  const model = modelAt(load);
  const fixed = trials.resultOf(model, limits);
  const learning = learnt(asked, model).result;
  const loses = trials.shortfallOf(learning) < trials.shortfallOf(fixed);
  return (
    `${first}. At ${load} times the load, beyond the cliff, it gives ${said(learning)}, and the static ` +
    `limits ${said(fixed)}: there a static limit ${loses ? 'loses' : 'does not lose either'}.`
  );
}
