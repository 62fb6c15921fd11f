import { hostname } from 'node:os';
import type { Env } from '../common/env.ts';
import { http } from '../common/http.ts';
import { CLIENT, CLIENT_DEFAULTS } from '../contract.ts';
import { type Load, readLoad } from './loads.ts';

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

export function readClientSettings(env: Env): ClientSettings {
  for (const name of ['http_proxy', 'HTTP_PROXY']) env.parse(name, undefined, HTTP_URL, httpUrl);
  return {
    url: env.parse(CLIENT.url, new URL(CLIENT_DEFAULTS.url), HTTP_URL, httpUrl),
    timeoutMs: env.duration(CLIENT.timeout, CLIENT_DEFAULTS.timeout, 1),
    headers: env.parse(CLIENT.headers, {}, 'a JSON object of header names and texts', headers),
    clientName: env.text(CLIENT.clientName, hostname()),
    logFormat: env.oneOf(CLIENT.logFormat, ['text', 'json']),
    startAt: env.parse(
      CLIENT.startAt,
      undefined,
      "a time in ms since the epoch, or 'stdin'",
      startTime,
    ),
    initialDelayMs: env.duration(CLIENT.initialDelay, CLIENT_DEFAULTS.initialDelay),
    graceMs: env.duration(CLIENT.grace, CLIENT_DEFAULTS.grace),
    healthPort: env.has(CLIENT.healthPort)
      ? env.integer(CLIENT.healthPort, 0, 1, 65_535)
      : undefined,
    exitWithParent: env.flag(CLIENT.exitWithParent),
    load: readLoad(env),
  };
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
    http().validateHeaderName(name);
    http().validateHeaderValue(name, content);
    result[name] = content;
  }
  return result;
}
