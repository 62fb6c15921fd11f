import { hostname } from 'node:os';
import type { Env } from '../common/env.ts';
import { http } from '../common/http.ts';
import { type Random, seededRandom } from '../common/random.ts';
import { SERVER, SERVER_DEFAULTS } from '../contract.ts';
import { type Conduct, conductFrom } from './conduct.ts';
import { PATHS, type Paths } from './paths.ts';

/** Everything the server is told; main.ts documents the variables. Times in ms. */
export interface ServerSettings {
  readonly host: string;
  /** Each 0 asks the system for a free one. */
  readonly ports: readonly number[];
  readonly name: string;
  readonly version: string;
  /** What `/index` answers while the server fails; 200 for one that never does. */
  readonly status: number;
  readonly paths: Paths;
  readonly conduct: Conduct;
  readonly random: Random;
  /** Connections that may wait to be accepted; the system may allow fewer. */
  readonly backlog: number;
  /** Whether others may listen at the port as well. */
  readonly reusePort: boolean;
  readonly logRequests: boolean;
  readonly exitWithParent: boolean;
  /** Whether stdin tells it how to behave from now on. */
  readonly live: boolean;
}

export function readServerSettings(env: Env): ServerSettings {
  return {
    host: env.text(SERVER.host, '0.0.0.0'),
    ports: env.parse(
      SERVER.port,
      [SERVER_DEFAULTS.port],
      'a whole number from 0 to 65535, or several with commas',
      portNumbers,
    ),
    name: env.parse(SERVER.name, hostname(), 'a text that fits a header', headerText),
    version: env.parse(SERVER.version, '', 'a text that fits a header', headerText),
    status: env.integer(SERVER.status, 200, 200, 599),
    paths: env.oneOf(SERVER.paths, PATHS),
    conduct: conductFrom(env),
    random: env.has(SERVER.seed)
      ? seededRandom(env.integer(SERVER.seed, 0, 0, 2 ** 32 - 1))
      : Math.random,
    backlog: env.integer(SERVER.backlog, SERVER_DEFAULTS.backlog, 1, 65_535),
    reusePort: env.flag(SERVER.reusePort),
    logRequests: env.oneOf(SERVER.log, ['none', 'requests']) === 'requests',
    exitWithParent: env.flag(SERVER.exitWithParent),
    live: env.flag(SERVER.live),
  };
}

function portNumbers(text: string): number[] | undefined {
  const ports = text.split(',');
  const isPort = (port: string): boolean => /^\d+$/.test(port) && Number(port) <= 65_535;
  return ports.every(isPort) ? ports.map(Number) : undefined;
}

function headerText(text: string): string {
  http().validateHeaderValue('x-served-by', text);
  return text;
}
