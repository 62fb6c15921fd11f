import { validateHeaderValue } from 'node:http';
import { hostname } from 'node:os';
import { EnvError, type Env } from '../common/env.ts';
import { seededRandom, type Random } from './random.ts';

/** Everything the server is told; main.ts documents the variables. Times in ms. */
export interface ServerSettings {
  readonly host: string;
  /** 0 asks the system for a free one. */
  readonly port: number;
  readonly name: string;
  readonly version: string;
  /** What `/index` answers while the server fails; 200 for a server that never does. */
  readonly status: number;
  /** The service time is drawn uniformly from this range; both ends equal for a fixed one. */
  readonly delay: { readonly minMs: number; readonly maxMs: number };
  readonly random: Random;
  readonly keepAlive: boolean;
  /** Connections that may wait to be accepted; the system may allow fewer. */
  readonly backlog: number;
  /** Whether others may listen at the port as well. */
  readonly reusePort: boolean;
  readonly logRequests: boolean;
  readonly exitWithParent: boolean;
}

export function readServerSettings(env: Env): ServerSettings {
  return {
    host: env.text('HOST', '0.0.0.0'),
    port: env.integer('PORT', 5000, 0, 65_535),
    name: env.parse('NAME', hostname(), 'a text that fits a header', headerText),
    version: env.parse('VERSION', '', 'a text that fits a header', headerText),
    status: env.integer('STATUS', 200, 200, 599),
    delay: readDelay(env),
    random: env.has('SEED') ? seededRandom(env.integer('SEED', 0, 0, 2 ** 32 - 1)) : Math.random,
    keepAlive: env.oneOf('KEEP_ALIVE', ['1', '0']) === '1',
    backlog: env.integer('BACKLOG', 511, 1, 65_535),
    reusePort: env.flag('REUSE_PORT'),
    logRequests: env.oneOf('LOG', ['none', 'requests']) === 'requests',
    exitWithParent: env.flag('EXIT_WITH_PARENT'),
  };
}

function readDelay(env: Env): ServerSettings['delay'] {
  if (!env.has('DELAY_MIN') && !env.has('DELAY_MAX')) {
    const ms = env.duration('DELAY', 5000);
    return { minMs: ms, maxMs: ms };
  }
  if (env.has('DELAY')) throw new EnvError('DELAY and DELAY_MIN/DELAY_MAX exclude each other');
  if (!env.has('DELAY_MIN') || !env.has('DELAY_MAX')) {
    throw new EnvError('DELAY_MIN and DELAY_MAX belong together: one of them is missing');
  }
  const delay = { minMs: env.duration('DELAY_MIN', 0), maxMs: env.duration('DELAY_MAX', 0) };
  if (delay.minMs > delay.maxMs) throw new EnvError('DELAY_MIN must not be above DELAY_MAX');
  return delay;
}

function headerText(text: string): string {
  validateHeaderValue('x-served-by', text);
  return text;
}
