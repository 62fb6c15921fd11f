/** The same experiment under more or less of the same load. */
import {
  CLIENT,
  CLIENT_DEFAULTS,
  formatRate,
  LOADS,
  loadTraits,
  parseDuration,
  parseRate,
  parseSendAt,
  parseSteps,
} from '../../apps/contract.ts';
import { formatDuration } from '../../istio/duration.ts';
import type { Prepared } from '../watch/observe.ts';

type Env = Readonly<Record<string, string>>;

/**
 * Every client sends so many times as much: larger batches, more workers, a higher rate. A load that
 * ends after some requests sends the more of them, and lasts as long.
 *
 * @param factor above 0; 1.3 is 30 % more
 */
export function grownLoad(prepared: Prepared, factor: number): Prepared {
  if (factor === 1) return prepared;
  const pods = prepared.mesh.pods.map((pod) =>
    pod.runs.app === 'client'
      ? { ...pod, runs: { ...pod.runs, env: { ...pod.runs.env, ...grown(pod.runs.env, factor) } } }
      : pod,
  );
  return { ...prepared, mesh: { ...prepared.mesh, pods } };
}

/** The variables that change. */
function grown(env: Env, factor: number): Record<string, string> {
  const times = (name: string, otherwise: number): Record<string, string> => ({
    // Never less than one more where there is to be more.
    [name]: String(Math.max(1, Math.ceil(Number(env[name] ?? otherwise) * factor - 1e-9))),
  });
  const requests =
    env[CLIENT.requests] === undefined ? {} : times(CLIENT.requests, CLIENT_DEFAULTS.requests);
  switch (env[CLIENT.mode] ?? 'batch') {
    case 'batch':
      return times(CLIENT.batchSize, CLIENT_DEFAULTS.batchSize);
    case 'closed':
      return {
        ...requests,
        ...times(CLIENT.workers, CLIENT_DEFAULTS.workers),
        ...rate(env, factor),
      };
    case 'paced': {
      const interval = env[CLIENT.interval] ?? LOADS.paced.interval;
      const ms = parseDuration(interval) ?? parseDuration(LOADS.paced.interval) ?? 100;
      return { ...requests, [CLIENT.interval]: formatDuration(ms / factor) };
    }
    case 'poisson':
      return { ...requests, ...rate({ [CLIENT.rate]: CLIENT_DEFAULTS.rate, ...env }, factor) };
    case 'steps':
      return { ...requests, [CLIENT.steps]: grownSteps(env[CLIENT.steps] ?? '', factor) };
    default:
      return { [CLIENT.sendAt]: grownTimes(env[CLIENT.sendAt] ?? '', factor) };
  }
}

function rate(env: Env, factor: number): Record<string, string> {
  const perSecond = parseRate(env[CLIENT.rate] ?? '');
  return perSecond === undefined ? {} : { [CLIENT.rate]: formatRate(perSecond * factor) };
}

function grownSteps(steps: string, factor: number): string {
  return (parseSteps(steps) ?? [])
    .map(({ perSecond, forMs }) => `${formatRate(perSecond * factor)} for ${formatDuration(forMs)}`)
    .join(', ');
}

/** So many times as many instants along the same course. */
function grownTimes(sendAt: string, factor: number): string {
  const times = parseSendAt(sendAt) ?? [];
  const count = Math.max(1, Math.ceil(times.length * factor - 1e-9));
  return Array.from({ length: count }, (_, index) => {
    const at = (index * (times.length - 1)) / Math.max(1, count - 1);
    const [before = 0, after = before] = times.slice(Math.floor(at), Math.floor(at) + 2);
    return formatDuration(before + (after - before) * (at % 1));
  }).join(', ');
}

/** Whether there is a load to speak of. */
export function sends({ mesh }: Prepared): boolean {
  return mesh.pods.some(
    ({ runs }) => runs.app === 'client' && loadTraits(runs.env[CLIENT.mode]) !== undefined,
  );
}
