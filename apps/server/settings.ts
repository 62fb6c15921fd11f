import { validateHeaderValue } from 'node:http';
import { hostname } from 'node:os';
import { EnvError, type Env } from '../common/env.ts';
import { SERVER, SERVER_DEFAULTS } from '../contract.ts';
import { seededRandom, type Random } from '../common/random.ts';

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
  /** Whether a connection is kept for further requests; else each answer closes its own. */
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
    host: env.text(SERVER.host, '0.0.0.0'),
    port: env.integer(SERVER.port, SERVER_DEFAULTS.port, 0, 65_535),
    name: env.parse(SERVER.name, hostname(), 'a text that fits a header', headerText),
    version: env.parse(SERVER.version, '', 'a text that fits a header', headerText),
    status: env.integer(SERVER.status, 200, 200, 599),
    delay: readDelay(env),
    random: env.has(SERVER.seed)
      ? seededRandom(env.integer(SERVER.seed, 0, 0, 2 ** 32 - 1))
      : Math.random,
    keepAlive: env.oneOf(SERVER.keepAlive, ['1', '0']) === '1',
    backlog: env.integer(SERVER.backlog, SERVER_DEFAULTS.backlog, 1, 65_535),
    reusePort: env.flag(SERVER.reusePort),
    logRequests: env.oneOf(SERVER.log, ['none', 'requests']) === 'requests',
    exitWithParent: env.flag(SERVER.exitWithParent),
  };
}

function readDelay(env: Env): ServerSettings['delay'] {
  if (!env.has(SERVER.delayMin) && !env.has(SERVER.delayMax)) {
    const ms = env.duration(SERVER.delay, SERVER_DEFAULTS.delay);
    return { minMs: ms, maxMs: ms };
  }
  if (env.has(SERVER.delay)) throw new EnvError('DELAY and DELAY_MIN/DELAY_MAX exclude each other');
  if (!env.has(SERVER.delayMin) || !env.has(SERVER.delayMax)) {
    throw new EnvError('DELAY_MIN and DELAY_MAX belong together: one of them is missing');
  }
  const delay = {
    minMs: env.duration(SERVER.delayMin, '0s'),
    maxMs: env.duration(SERVER.delayMax, '0s'),
  };
  if (delay.minMs > delay.maxMs) throw new EnvError('DELAY_MIN must not be above DELAY_MAX');
  return delay;
}

function headerText(text: string): string {
  validateHeaderValue('x-served-by', text);
  return text;
}
