/** What a client sends, of its variables, as the client itself reads them (apps/client). */
import {
  CLIENT,
  CLIENT_DEFAULTS,
  LOAD_MODES,
  LOADS,
  parseDuration,
  parseRate,
  parseSendAt,
  parseSteps,
  seededRandom,
} from '../../../apps/contract.ts';
import { LabError } from '../../../errors/labError.ts';
import type { Load, OpenLoop } from '../model.ts';

type Variables = Readonly<Record<string, string>>;

/** The most requests of one client that are simulated. */
const MOST_REQUESTS = 2_000_000;

/** @throws LabError for a load that is none: without an end, or that cannot be read */
export function loadOf(env: Variables, pod: string): Load {
  const where = `pod ${pod}`;
  const number = (name: string, otherwise: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new LabError(`${where}: ${name} is '${text}': must be a whole number`);
  };
  const ms = (name: string, otherwise: string): number => {
    const text = env[name] ?? otherwise;
    const value = parseDuration(text);
    if (value !== undefined) return value;
    throw new LabError(`${where}: ${name} is '${text}': must be a time, such as '5s'`);
  };
  const mode = LOAD_MODES.find((one) => one === (env[CLIENT.mode] ?? LOAD_MODES[0]));
  if (mode === undefined) {
    throw new LabError(
      `${where}: ${CLIENT.mode} is '${env[CLIENT.mode] ?? ''}': is no load. Loads: ${LOAD_MODES.join(', ')}`,
    );
  }
  const startMs = ms(CLIENT.initialDelay, CLIENT_DEFAULTS.initialDelay);
  if (mode === 'batch') {
    const size = number(CLIENT.batchSize, CLIENT_DEFAULTS.batchSize);
    if (size < 1) throw new LabError(`${where}: a batch of ${size} requests is no load`);
    const spreadMs = ms(CLIENT.batchSpread, CLIENT_DEFAULTS.batchSpread);
    const gapMs = size > 1 ? spreadMs / (size - 1) : 0;
    return { mode, size, intervalMs: ms(CLIENT.interval, LOADS.batch.interval), gapMs, startMs };
  }
  const durationMs = ms(CLIENT.duration, '0s') || Infinity;
  const isTimed = durationMs < Infinity && (env[CLIENT.requests] ?? '') === '';
  const own = mode === 'steps' || mode === 'replay' ? 0 : CLIENT_DEFAULTS.requests;
  const requests = (isTimed ? 0 : number(CLIENT.requests, own)) || Infinity;
  if (mode === 'closed') {
    const workers = number(CLIENT.workers, CLIENT_DEFAULTS.workers);
    const rate = env[CLIENT.rate];
    const perSecond = rate === undefined ? Infinity : (parseRate(rate) ?? Infinity);
    refuseEndless(where, requests, durationMs);
    const eachMs = (1000 * workers) / perSecond;
    return { mode, workers, requests, durationMs, eachMs, startMs };
  }
  const maxInFlight = number(CLIENT.maxInFlight, CLIENT_DEFAULTS.maxInFlight);
  const loop: OpenLoop = { requests, durationMs, maxInFlight, startMs };
  switch (mode) {
    case 'paced':
      refuseEndless(where, requests, durationMs);
      return { ...loop, mode, intervalMs: ms(CLIENT.interval, LOADS.paced.interval) };
    case 'poisson': {
      refuseEndless(where, requests, durationMs);
      const perSecond = parseRate(env[CLIENT.rate] ?? CLIENT_DEFAULTS.rate) ?? 10;
      const seed = env[CLIENT.seed];
      if (seed === undefined) return { ...loop, mode, perSecond };
      return { ...loop, mode: 'at', dueMs: arrivals(perSecond, Number(seed), loop) };
    }
    case 'steps': {
      const steps = parseSteps(env[CLIENT.steps] ?? '');
      if (steps === undefined) {
        throw new LabError(`${where}: ${CLIENT.steps} has no steps: is no load`);
      }
      let beginMs = 0;
      const dueMs = steps.flatMap(({ perSecond, forMs }) => {
        const from = beginMs;
        beginMs += forMs;
        const length = Math.ceil(Number(((perSecond * forMs) / 1000).toFixed(6)));
        return Array.from({ length }, (_, index) => from + (index / perSecond) * 1000);
      });
      return { ...loop, mode: 'at', dueMs };
    }
    case 'replay': {
      const dueMs = parseSendAt(env[CLIENT.sendAt] ?? '');
      if (dueMs === undefined) {
        throw new LabError(`${where}: ${CLIENT.sendAt} has no times: is no load`);
      }
      return { ...loop, mode: 'at', requests: dueMs.length, dueMs };
    }
  }
}

function refuseEndless(where: string, requests: number, durationMs: number): void {
  if (Math.min(requests, durationMs) < Infinity) return;
  throw new LabError(
    `${where}: it sends without an end: that is no load that can be predicted. ` +
      `Give it a number or a time: --load 'paced(10/s, for=60s)'`,
  );
}

/** The very times that a client with this seed draws (apps/client/poisson.ts). */
function arrivals(perSecond: number, seed: number, { requests, durationMs }: OpenLoop): number[] {
  const random = seededRandom(seed);
  const dueMs: number[] = [];
  for (let atMs = 0; dueMs.length < Math.min(requests, MOST_REQUESTS);) {
    atMs -= (Math.log(1 - random()) / perSecond) * 1000;
    if (atMs >= durationMs) break;
    dueMs.push(atMs);
  }
  return dueMs;
}
