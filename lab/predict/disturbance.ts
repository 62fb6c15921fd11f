/** A bad time that a load's servers go through, in one line: `serverDelay=5s for 30s from 60s`. */
import {
  CLIENT,
  LAW_HINT,
  LOADS,
  loadTraits,
  parseDuration,
  parseLaw,
  parseSendAt,
  parseSteps,
  SERVER,
  type ServerBehaviour,
  type ServerFailure,
} from '../../apps/contract.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { durationMs, formatDuration } from '../../istio/duration.ts';
import type { Pod } from '../mesh/model.ts';
import type { Prepared } from '../watch/observe.ts';

/** Times in ms of the experiment's own time. */
export interface Disturbance {
  /** As it was said. */
  readonly text: string;
  /** What every server does meanwhile. */
  readonly failure: Pick<ServerFailure, 'status' | 'after'>;
  readonly forMs: number;
  /** Since the load's start; where unset, once its pools should be warm. */
  readonly fromMs: number | undefined;
}

const FORM = /^\s*([^\s=]+)\s*=\s*(.+?)\s+for\s+(\S+?)(?:\s+from\s+(\S+?))?\s*$/;

/** What servers can be disturbed in, and what it makes of a request. */
const KINDS: Readonly<
  Record<
    string,
    { allowed: string; failure: (value: string) => Disturbance['failure'] | undefined }
  >
> = {
  serverDelay: {
    allowed: LAW_HINT,
    failure: (value) => (parseLaw(value) === undefined ? undefined : { status: 200, after: value }),
  },
  serverStatus: {
    allowed: 'a status from 400 to 599, answered at once',
    failure: (value) =>
      /^[45]\d\d$/.test(value) ? { status: Number(value), after: '0s' } : undefined,
  },
};

/** @throws LabError for a line that is no disturbance */
export function parseDisturbance(text: string): Disturbance {
  const where = `--disturb '${text}'`;
  const [, key = '', value = '', forTime = '', fromTime] = FORM.exec(text) ?? [];
  if (key === '') {
    throw new LabError(
      `${where}: write it as <what>=<value> for <time>, such as 'serverDelay=5s for 30s'; ` +
        "'from 60s' behind it says when it begins",
    );
  }
  const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
  if (kind === undefined) {
    throw new LabError(
      `${where}: '${key}' is nothing that servers can be disturbed in while they run. ` +
        didYouMean(key, Object.keys(KINDS), 'They can be in'),
    );
  }
  const failure = kind.failure(value);
  if (failure === undefined) {
    throw new LabError(`${where}: '${value}' is no ${key}: it must be ${kind.allowed}`);
  }
  const forMs = parseDuration(forTime);
  const fromMs = fromTime === undefined ? undefined : parseDuration(fromTime);
  const wrong = !(forMs !== undefined && forMs > 0)
    ? forTime
    : fromMs === undefined
      ? fromTime
      : '';
  if (wrong !== undefined && wrong !== '') {
    throw new LabError(`${where}: '${wrong}' is no time above 0, such as 30s`);
  }
  return { text: text.trim(), failure, forMs: forMs ?? 0, fromMs };
}

/** When what happens, in ms of the experiment's own time since the load's start. */
export interface Course {
  readonly fromMs: number;
  readonly toMs: number;
  /** How long it is watched in all. */
  readonly endMs: number;
}

/** How many batches or service times a load goes on undisturbed, so that its pools are warm. */
const CALM = { batches: 6, serviceTimes: 20 };
/** How much longer than the disturbance it is watched afterwards. */
const WATCHED = { times: 2, serviceTimes: 20 };

/**
 * The experiment with the disturbance in it, and its load as long as that takes.
 *
 * @param watchMs how long it is watched afterwards, where that is said
 * @throws LabError for a load that ends too early, and for one that is none
 */
export function disturbed(
  prepared: Prepared,
  disturbance: Disturbance,
  watchMs?: number,
): { prepared: Prepared; course: Course } {
  const { mesh, experiment, timeScale } = prepared;
  const clients = mesh.pods.filter(({ runs }) => runs.app === 'client');
  if (clients.length === 0) {
    throw new LabError(
      `${experiment.stack}: nobody sends anything: there is no load to recover. Give it clients`,
    );
  }
  const serviceMs = durationMs(experiment.serviceTime);
  const intervalMs = Math.max(...clients.map((pod) => intervalOf(pod) / timeScale));
  const { forMs } = disturbance;
  const fromMs =
    disturbance.fromMs ??
    Math.max(CALM.batches * intervalMs, CALM.serviceTimes * serviceMs, forMs / 2);
  const toMs = fromMs + forMs;
  const endMs =
    toMs +
    (watchMs ?? Math.max(WATCHED.times * forMs, WATCHED.serviceTimes * serviceMs, 6 * intervalMs));
  const course = { fromMs, toMs, endMs };
  return {
    course,
    prepared: {
      ...prepared,
      experiment: {
        ...experiment,
        ...(intervalMs > 0 && { batches: Math.ceil(endMs / intervalMs) }),
      },
      mesh: {
        ...mesh,
        pods: mesh.pods.map((pod) => {
          if (pod.runs.app === 'client') return withEnv(pod, lasting(pod, course, timeScale));
          return pod.runs.app === 'server'
            ? withEnv(pod, failing(pod, disturbance, course, timeScale))
            : pod;
        }),
      },
    },
  };
}

/** Between batches; 0 for a load without. */
function intervalOf({ runs }: Pod): number {
  if (runs.app !== 'client' || loadTraits(runs.env[CLIENT.mode])?.inBatches !== true) return 0;
  return parseDuration(runs.env[CLIENT.interval] ?? LOADS.batch.interval) ?? 0;
}

function withEnv(pod: Pod, change: Readonly<Record<string, string | undefined>>): Pod {
  if (pod.runs.app === 'idle') return pod;
  const env = Object.entries({ ...pod.runs.env, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...pod, runs: { ...pod.runs, env: Object.fromEntries(env) } };
}

/** A load without batches goes on to the end. */
function lasting(
  { name, runs }: Pod,
  { toMs, endMs }: Course,
  timeScale: number,
): Record<string, string | undefined> {
  if (runs.app === 'idle') return {};
  const { env } = runs;
  const mode = env[CLIENT.mode] ?? 'batch';
  if (mode === 'batch') return {};
  if (mode !== 'steps' && mode !== 'replay') {
    return { [CLIENT.duration]: formatDuration(endMs * timeScale), [CLIENT.requests]: undefined };
  }
  const ownMs =
    mode === 'steps'
      ? (parseSteps(env[CLIENT.steps] ?? '') ?? []).reduce((sum, { forMs }) => sum + forMs, 0)
      : (parseSendAt(env[CLIENT.sendAt] ?? '')?.at(-1) ?? 0);
  if (ownMs / timeScale <= toMs) {
    throw new LabError(
      `the load of ${name} ends after ${formatDuration(ownMs / timeScale)}, and the disturbance only at ` +
        `${formatDuration(toMs)}: nothing would show whether it comes back. Let the load last ` +
        `longer, or the disturbance come earlier ('... from 5s')`,
    );
  }
  return { [CLIENT.requests]: undefined };
}

function failing(
  { runs }: Pod,
  { failure }: Disturbance,
  { fromMs, toMs }: Course,
  timeScale: number,
): Record<string, string> {
  if (runs.app === 'idle') return {};
  const told = JSON.parse(runs.env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
  const during: ServerFailure = {
    ...failure,
    share: 1,
    from: formatDuration(fromMs),
    to: formatDuration(toMs),
  };
  return {
    [SERVER.behaviour]: JSON.stringify({ ...told, errors: [during, ...(told.errors ?? [])] }),
    [SERVER.timeScale]: String(timeScale),
  };
}
