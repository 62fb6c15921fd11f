import { validateHeaderName, validateHeaderValue } from 'node:http';
import { hostname } from 'node:os';
import type { Env } from '../common/env.ts';

/** Everything the client is told; main.ts documents the variables. Times in ms. */
export interface ClientSettings {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly clientName: string;
  readonly logFormat: 'text' | 'json';
  /** Epoch ms before which nothing is sent, undefined for at once, or who says when. */
  readonly startAt: number | 'stdin' | undefined;
  readonly initialDelayMs: number;
  readonly graceMs: number;
  readonly healthPort: number | undefined;
  readonly exitWithParent: boolean;
  readonly load: Load;
}

export type Load = BatchLoad | ClosedLoad | PacedLoad;

export interface BatchLoad {
  readonly mode: 'batch';
  /** Requests of one batch. */
  readonly size: number;
  /** Number of batches; Infinity for a client that goes on until it is stopped. */
  readonly batches: number;
  readonly intervalMs: number;
}

export interface ClosedLoad {
  readonly mode: 'closed';
  readonly workers: number;
  /** Requests of all workers together. */
  readonly requests: number;
}

export interface PacedLoad {
  readonly mode: 'paced';
  /** Infinity for a client that goes on until it is stopped. */
  readonly requests: number;
  readonly intervalMs: number;
  /** Requests that may be under way at once; one that comes due beyond is recorded, not sent. */
  readonly maxInFlight: number;
}

const MANY = 1_000_000;

export function readClientSettings(env: Env): ClientSettings {
  for (const name of ['http_proxy', 'HTTP_PROXY']) env.parse(name, undefined, HTTP_URL, httpUrl);
  return {
    url: env.parse('URL', new URL('http://pyserver/index'), HTTP_URL, httpUrl),
    timeoutMs: env.duration('TIMEOUT', 60_000, 1),
    headers: env.parse('HEADERS', {}, 'a JSON object of header names and texts', headers),
    clientName: env.text('CLIENT_NAME', hostname()),
    logFormat: env.oneOf('LOG_FORMAT', ['text', 'json']),
    startAt: env.parse(
      'START_AT',
      undefined,
      "a time in ms since the epoch, or 'stdin'",
      startTime,
    ),
    initialDelayMs: env.duration('INITIAL_DELAY', 0),
    graceMs: env.duration('GRACE', 10_000),
    healthPort: env.has('HEALTH_PORT') ? env.integer('HEALTH_PORT', 0, 1, 65_535) : undefined,
    exitWithParent: env.flag('EXIT_WITH_PARENT'),
    load: readLoad(env),
  };
}

function readLoad(env: Env): Load {
  const mode = env.oneOf('MODE', ['batch', 'closed', 'paced']);
  switch (mode) {
    case 'batch':
      return {
        mode,
        size: env.integer('BATCH_SIZE', 10, 1, 10_000),
        batches: env.integer('BATCHES', 0, 0, MANY) || Infinity,
        intervalMs: env.duration('INTERVAL', 20_000),
      };
    case 'closed':
      return {
        mode,
        workers: env.integer('WORKERS', 50, 1, 10_000),
        requests: env.integer('REQUESTS', 200, 1, MANY),
      };
    case 'paced':
      return {
        mode,
        requests: env.integer('REQUESTS', 200, 0, MANY) || Infinity,
        intervalMs: env.duration('INTERVAL', 100, 1),
        maxInFlight: env.integer('MAX_IN_FLIGHT', 1000, 1, 10_000),
      };
  }
}

const HTTP_URL = 'an http:// URL';

function httpUrl(text: string): URL | undefined {
  const url = new URL(text);
  return url.protocol === 'http:' ? url : undefined;
}

function startTime(text: string): number | 'stdin' | undefined {
  return text === 'stdin' ? text : epochMs(text);
}

export function epochMs(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function headers(text: string): Record<string, string> | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const result: Record<string, string> = {};
  for (const [name, content] of Object.entries(value) as [string, unknown][]) {
    if (typeof content !== 'string') return undefined;
    validateHeaderName(name);
    validateHeaderValue(name, content);
    result[name] = content;
  }
  return result;
}
