/** What a load's callers are to get, in one line: `success >= 99%`, `p99 <= 2s`. */
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { formatDuration, parseDuration } from '../../istio/duration.ts';
import { quantile } from '../analysis/quantile.ts';
import type { Figures } from './figures.ts';

export interface Objective {
  /** As it was said. */
  readonly text: string;
  readonly metric: string;
  readonly atLeast: boolean;
  /** A share, 1 being all, or ms of the experiment's own time. */
  readonly limit: number;
}

interface Metric {
  readonly atLeast: boolean;
  readonly isTime: boolean;
  /** What the figures show of it; NaN where they show nothing. */
  readonly of: (figures: Figures) => number;
}

const shareOf = (count: (figures: Figures) => number): Metric['of'] => {
  return (figures) => count(figures) / figures.requests;
};

const SHARES: Readonly<Record<string, Metric>> = {
  /** Of all requests, those that were answered well. */
  success: { atLeast: true, isTime: false, of: shareOf(({ answeredMs }) => answeredMs.length) },
  /** Those that were not, for whatever reason. */
  errors: {
    atLeast: false,
    isTime: false,
    of: shareOf(({ requests, answeredMs }) => requests - answeredMs.length),
  },
  /** Those that a breaker refused. */
  refused: { atLeast: false, isTime: false, of: shareOf(({ refused }) => refused) },
};

const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?)$/;
const KNOWN = [...Object.keys(SHARES), 'p50', 'p90', 'p95', 'p99', 'p99.9'];

export const OBJECTIVE_HINT = "such as 'success >= 99%', 'refused <= 1%', 'p99 <= 2s'";

/** @throws LabError for a line that is no objective */
export function parseObjective(text: string): Objective {
  const where = `objective '${text}'`;
  const [, metric = '', sign = '', value = ''] =
    /^\s*([^\s<>=]+)\s*(>=|<=|≥|≤|=+|<|>)\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (metric === '') {
    throw new LabError(`${where}: write a metric, >= or <=, and a value, ${OBJECTIVE_HINT}`);
  }
  const known = metricOf(metric);
  if (known === undefined) {
    throw new LabError(
      `${where}: '${metric}' is no metric. ${didYouMean(metric, KNOWN, 'Metrics')}`,
    );
  }
  const { atLeast, isTime } = known;
  const wanted = atLeast ? '>=' : '<=';
  if (!(atLeast ? ['>=', '≥'] : ['<=', '≤']).includes(sign)) {
    throw new LabError(
      `${where}: ${metric} is bounded by ${wanted}: '${metric} ${wanted} ${value}'`,
    );
  }
  const limit = isTime ? parseDuration(value) : parseShare(value);
  if (limit === undefined || (isTime && limit === 0)) {
    const form = isTime
      ? "a time above 0 such as '250ms' or '2s'"
      : "a share such as '99%' or 0.99";
    throw new LabError(`${where}: '${value}' is no value of ${metric}: it must be ${form}`);
  }
  return { text: `${metric} ${wanted} ${value}`, metric, atLeast, limit };
}

/** 0 to 1; undefined for what is no share. */
function parseShare(text: string): number | undefined {
  const [, number, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const share = Number(number) / (percent === '%' ? 100 : 1);
  return share <= 1 ? share : undefined;
}

function metricOf(name: string): Metric | undefined {
  if (Object.hasOwn(SHARES, name)) return SHARES[name];
  const percent = Number(PERCENTILE.exec(name)?.[1]);
  if (!(percent > 0)) return undefined;
  return {
    atLeast: false,
    isTime: true,
    of: ({ answeredMs }) => (answeredMs.length === 0 ? NaN : quantile(answeredMs, percent / 100)),
  };
}

/** What the figures show, as a share or in ms of the experiment's own time; NaN where they show nothing. */
export function valueOf({ metric }: Objective, figures: Figures, timeScale = 1): number {
  const known = metricOf(metric);
  if (known === undefined) return NaN;
  const value = known.of(figures);
  return known.isTime ? value / timeScale : value;
}

/** What cannot be told is not met. */
export function isMet(objective: Objective, value: number): boolean {
  return objective.atLeast ? value >= objective.limit : value <= objective.limit;
}

/** How far a value is from what is wanted, 0 where it is met; shares by their distance, times by their ratio. */
export function shortfall(objective: Objective, value: number): number {
  if (isMet(objective, value)) return 0;
  if (Number.isNaN(value)) return Infinity;
  return isTime(objective) ? value / objective.limit - 1 : Math.abs(value - objective.limit);
}

export function isTime({ metric }: Objective): boolean {
  return metricOf(metric)?.isTime === true;
}

/** `99.4%`, `1.02s`. */
export function formatValue(objective: Objective, value: number): string {
  if (Number.isNaN(value)) return 'nothing was answered';
  return isTime(objective)
    ? formatDuration(value < 1000 ? Number(value.toPrecision(3)) : Math.round(value / 10) * 10)
    : `${Number((100 * value).toFixed(1))}%`;
}
