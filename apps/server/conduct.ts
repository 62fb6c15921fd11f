/** How the server behaves: its BEHAVIOUR, or what DELAY and its like say, made ready to be acted on. */
import { parseDuration } from '../common/duration.ts';
import type { Env } from '../common/env.ts';
import { EnvError } from '../common/env.ts';
import { type Law, parseLaw, scaleLaw } from '../common/law.ts';
import { SERVER, SERVER_DEFAULTS, type ServerBehaviour } from '../contract.ts';

/** Times in ms. */
export interface Conduct {
  readonly serviceTime: Law;
  /** Requests at work at once; Infinity for no limit. */
  readonly concurrency: number;
  readonly errors: readonly Failure[];
  /** Whether a connection is kept for further requests; else each answer closes its own. */
  readonly keepAlive: boolean;
  readonly calls: readonly Call[];
  /** What is answered where a call failed; 200 goes on without. */
  readonly callErrorStatus: number;
  /** Size of a good answer's body; its usual text where undefined. */
  readonly responseBytes: number | undefined;
  /** What the times of a path, such as `/delay/2`, are multiplied by. */
  readonly timeScale: number;
}

export interface Failure {
  readonly share: number;
  readonly status: number;
  /** The service time where undefined. */
  readonly after: Law | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Call {
  readonly url: URL;
  /** In place of the URL's own, where that is not what the callee is called. */
  readonly host: string | undefined;
  readonly requestBytes: number;
  /** How often it is tried at most. */
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** @throws EnvError for a variable that cannot be used */
export function conductFrom(env: Env): Conduct {
  const timeScale = env.parse(SERVER.timeScale, 1, 'a number above 0', (text) =>
    Number(text) > 0 ? Number(text) : undefined,
  );
  const told = env.parse<ServerBehaviour>(SERVER.behaviour, {}, 'a JSON object', (text) => {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  });
  const ms = (text: string | undefined, field: string, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const found = parseDuration(text);
    return (found ?? refuse(field, text)) * timeScale;
  };
  const law = (text: string | undefined, field: string): Law | undefined =>
    text === undefined ? undefined : scaleLaw(parseLaw(text) ?? refuse(field, text), timeScale);
  return {
    serviceTime: law(told.serviceTime, 'serviceTime') ?? serviceTimeFrom(env),
    concurrency: limitOf(told.concurrency),
    errors: (told.errors ?? []).map(({ share, status, after, from, to }) => ({
      share: share ?? 1,
      status: status ?? 500,
      after: law(after, 'errors.after'),
      fromMs: ms(from, 'errors.from', 0),
      toMs: ms(to, 'errors.to', Infinity),
    })),
    keepAlive: told.keepAlive ?? env.oneOf(SERVER.keepAlive, ['1', '0']) === '1',
    calls: (told.calls ?? []).map(({ url, host, requestBytes = 0, attempts = 1, timeout }) => ({
      url: URL.canParse(url) ? new URL(url) : refuse('calls.url', url),
      host,
      requestBytes,
      attempts,
      timeoutMs: ms(timeout, 'calls.timeout', Infinity),
    })),
    callErrorStatus: told.callErrorStatus ?? 500,
    responseBytes: told.responseBytes,
    timeScale,
  };
}

function limitOf(concurrency: unknown): number {
  if (concurrency === undefined) return Infinity;
  const isLimit = Number.isInteger(concurrency) && Number(concurrency) >= 1;
  return isLimit ? Number(concurrency) : refuse('concurrency', JSON.stringify(concurrency));
}

function refuse(field: string, text: string): never {
  throw new EnvError(`${SERVER.behaviour}: ${field} is '${text}', which is none`);
}

function serviceTimeFrom(env: Env): Law {
  if (!env.has(SERVER.delayMin) && !env.has(SERVER.delayMax)) {
    return { kind: 'fixed', ms: env.duration(SERVER.delay, SERVER_DEFAULTS.delay) };
  }
  if (env.has(SERVER.delay)) throw new EnvError('DELAY and DELAY_MIN/DELAY_MAX exclude each other');
  if (!env.has(SERVER.delayMin) || !env.has(SERVER.delayMax)) {
    throw new EnvError('DELAY_MIN and DELAY_MAX belong together: one of them is missing');
  }
  const minMs = env.duration(SERVER.delayMin, '0s');
  const maxMs = env.duration(SERVER.delayMax, '0s');
  if (minMs > maxMs) throw new EnvError('DELAY_MIN must not be above DELAY_MAX');
  return { kind: 'uniform', minMs, maxMs };
}
