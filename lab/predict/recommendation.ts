/** What is recommended, what it costs, and how far it is from what fails. */
import { LabError } from '../../errors/labError.ts';
import type { LimitsResult, Recommendation } from '../../experiment/recommendation.ts';
import { adaptive } from './adaptive.ts';
import { simulate, Simulator } from './engine/simulate.ts';
import { figuresOfRun, peakOf } from './figures.ts';
import type { Model } from './model.ts';
import { formatValue, type Objective } from './objective.ts';
import {
  type Most,
  nearestLimits,
  smallest,
  smallestLimits,
  type SearchedKeys,
} from './recommend.ts';
import type { Slot } from './slots.ts';
import { type Limits, type Result, told, Trials } from './trials.ts';

export interface Asked {
  readonly objectives: readonly Objective[];
  readonly keys: SearchedKeys;
  /** Where each key stands in a model, of whatever load. */
  readonly slots: Readonly<Record<string, readonly Slot[]>>;
  /** The model under so many times the stack's own load. */
  readonly modelAt: (load: number) => Model;
  readonly growth: number;
  readonly seeds: number;
  readonly timeScale: number;
  /** The limits that the stack has. */
  readonly now: Limits;
}

/** Whatever is asked for beyond the limits themselves. */
type Told = Omit<Recommendation, 'stack' | 'settings' | 'check'>;

/** Limits that were looked for in vain. */
export interface Unmet {
  /** The limits that come nearest, and what they give under the grown load. */
  readonly nearest: Limits;
  readonly result: Result;
  /** The largest part of the load for which some limits would do, to a twentieth; 0 for none. */
  readonly load: number;
}

/** As far as is looked for the load at which limits fail. */
const MOST_LOAD = 4;
const LOAD_STEP = 0.05;

export function recommended(asked: Asked): Told | Unmet {
  const { keys, growth, now, objectives, seeds } = asked;
  const { trials, most, models } = lookInto(asked, growth);
  const found = smallestLimits(trials, keys, most);
  if (found === undefined) return unmet(asked, trials, most);

  const { limits } = found;
  const both = (of: Limits): { own: LimitsResult; grown: LimitsResult } => {
    const [own, grown] = trials.results(of);
    if (own === undefined || grown === undefined) throw new RangeError('two loads were asked for');
    return { own: told(own), grown: told(grown) };
  };
  const none = Object.fromEntries(keys.map((key) => [key, 0]));
  const result = both(limits);
  const cliff = mostLoad(asked, trials, limits);
  return {
    source: 'prediction',
    objectives: objectives.map(({ text }) => text),
    seeds,
    growth,
    limits,
    result,
    now: { limits: now, ...both(now) },
    cost: {
      connections: connectionsOf(asked, models.grown, limits, trials),
      connectionsWithoutLimits: connectionsOf(asked, models.grown, none, trials),
      refused: result.grown.refused,
    },
    cliff: { ...cliff, keys: cliffs(trials, limits, keys) },
    neighbours: found.neighbours.map((neighbour) => ({ limits: neighbour, ...both(neighbour) })),
    adaptive: adaptive({ ...asked, trials, limits, none, cliff: cliff.load }, models),
    leftOut: [...models.own.leftOut],
  };
}

/** Whether any limits do. */
export function canBeMet(asked: Asked): boolean {
  const { trials, most } = lookInto(asked, asked.growth);
  return smallestLimits(trials, asked.keys, most) !== undefined;
}

/** Higher limits are none that anybody would write. */
const MOST_LIMIT = 5000;

/** The stack under its own load and a heavier one, and above which a limit limits nothing. */
function lookInto(
  asked: Asked,
  growth: number,
): { trials: Trials; most: Most; models: { own: Model; grown: Model } } {
  const { keys, modelAt } = asked;
  const models = { own: modelAt(1), grown: modelAt(growth) };
  const trials = new Trials([models.own, models.grown], asked);
  trials.setLimits(models.grown, Object.fromEntries(keys.map((key) => [key, 0])));
  const run = simulate(models.grown, 1);
  if (figuresOfRun(run).requests === 0) {
    throw new LabError(
      `${models.own.of.stack}: no batch is warm in ${run.batches}, and cold ones are not judged: observe more of them (batches 0)`,
    );
  }
  const peak = Math.max(1, peakOf(run));
  // Each worker has connections of its own to each endpoint, those that idle included.
  const { proxies, endpointSets } = models.grown;
  const pools =
    Math.max(1, ...proxies.map(({ workers }) => workers)) *
    Math.max(1, ...endpointSets.map(({ length }) => length));
  const most: Most = [Math.min(MOST_LIMIT, peak * pools), Math.min(MOST_LIMIT, peak)];
  return { trials, models, most };
}

function unmet(asked: Asked, trials: Trials, most: Most): Unmet {
  const { keys, modelAt } = asked;
  const nearest = nearestLimits(trials, keys, most);
  const result = trials.results(nearest).at(-1);
  if (result === undefined) throw new RangeError('no load was asked for');
  const wouldDo = (twentieths: number): boolean => {
    const model = modelAt(twentieths * LOAD_STEP);
    return smallestLimits(new Trials([model], asked), keys, most) !== undefined;
  };
  const steps = Math.round(asked.growth / LOAD_STEP);
  const tooMuch = smallest(0, steps, (twentieths) => !wouldDo(twentieths));
  return { nearest, result, load: (tooMuch - 1) * LOAD_STEP };
}

/** Upstream connections that were opened towards servers' proxies, on average. */
function connectionsOf(
  { keys, slots, seeds }: Asked,
  model: Model,
  limits: Limits,
  trials: Trials,
): number {
  const own = new Set(
    keys
      .flatMap((key) => slots[key] ?? [])
      .flatMap(([part, index]) => (part === 'clusters' ? Number(index) : [])),
  );
  const counted = [...own].filter((index) => {
    const role = model.proxies[model.clusters[index]?.proxy ?? -1]?.role;
    return role !== undefined && role !== 'server';
  });
  trials.setLimits(model, limits);
  const simulator = new Simulator(model);
  let sum = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { counters } = simulator.run(seed);
    for (const index of counted) sum += counters[index]?.upstream_cx_total ?? 0;
  }
  return sum / seeds;
}

function mostLoad(
  { modelAt, growth }: Asked,
  trials: Trials,
  limits: Limits,
): Pick<Recommendation['cliff'], 'load' | 'isBeyond'> {
  const meets = (steps: number): boolean => {
    const { met, runs } = trials.resultOf(modelAt(steps * LOAD_STEP), limits);
    return met === runs;
  };
  const last = MOST_LOAD / LOAD_STEP;
  if (meets(last)) return { load: MOST_LOAD, isBeyond: true };
  const fails = smallest(Math.floor(growth / LOAD_STEP), last, (steps) => !meets(steps));
  return { load: Number(((fails - 1) * LOAD_STEP).toFixed(2)), isBeyond: false };
}

/** By key, the largest smaller value at which no run of the grown load meets the objectives. */
function cliffs(
  trials: Trials,
  limits: Limits,
  keys: SearchedKeys,
): Recommendation['cliff']['keys'] {
  return keys.map((key) => {
    for (let value = (limits[key] ?? 1) - 1; value >= 1; value -= 1) {
      if (trials.neverMeets({ ...limits, [key]: value })) return { key, value };
    }
    return { key, value: null };
  });
}

/** `success 87.5% (wanted >= 99%)` for every objective that is missed. */
export function missed(objectives: readonly Objective[], { values }: Result): string[] {
  return objectives.flatMap((objective, index) => {
    const worst = values[index]?.worst ?? NaN;
    const isMissed = objective.atLeast ? !(worst >= objective.limit) : !(worst <= objective.limit);
    return isMissed
      ? [`${objective.metric} ${formatValue(objective, worst)} (wanted: ${objective.text})`]
      : [];
  });
}
