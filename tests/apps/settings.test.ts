import { describe, expect, it } from 'vitest';
import { Env } from '../../apps/common/env.ts';
import { readClientSettings } from '../../apps/client/settings.ts';
import { readServerSettings } from '../../apps/server/settings.ts';
import { startApp } from './support.ts';

const DURATION = "a duration with its unit, such as '5s', '250ms' or '1m30s'";

// What each program says, in one line on stderr, before it exits with 2.
const refusals: ['server' | 'client', Record<string, string>, string][] = [
  ['server', { DELAY: '5' }, `DELAY must be ${DURATION}, not '5'`],
  ['server', { DELAY: '-1s' }, `DELAY must be ${DURATION}, not '-1s'`],
  ['server', { DELAY: '900h' }, `DELAY must be ${DURATION}, not '900h'`],
  [
    'server',
    { DELAY: '1s', DELAY_MIN: '0s', DELAY_MAX: '4s' },
    'DELAY and DELAY_MIN/DELAY_MAX exclude each other',
  ],
  [
    'server',
    { DELAY_MIN: '1s' },
    'DELAY_MIN and DELAY_MAX belong together: one of them is missing',
  ],
  ['server', { DELAY_MIN: '4s', DELAY_MAX: '1s' }, 'DELAY_MIN must not be above DELAY_MAX'],
  [
    'server',
    { PORT: '70000' },
    "PORT must be a whole number from 0 to 65535, or several with commas, not '70000'",
  ],
  ['server', { STATUS: 'bad' }, "STATUS must be a whole number from 200 to 599, not 'bad'"],
  ['server', { SEED: '1.5' }, "SEED must be a whole number from 0 to 4294967295, not '1.5'"],
  ['server', { KEEP_ALIVE: 'no' }, "KEEP_ALIVE must be one of '1', '0', not 'no'"],
  ['server', { BACKLOG: '0' }, "BACKLOG must be a whole number from 1 to 65535, not '0'"],
  ['server', { LOG: 'all' }, "LOG must be one of 'none', 'requests', not 'all'"],
  ['server', { NAME: 'a\nb' }, "NAME must be a text that fits a header, not 'a\nb'"],
  ['server', { EXIT_WITH_PARENT: 'yes' }, "EXIT_WITH_PARENT must be one of '0', '1', not 'yes'"],
  [
    'client',
    { MODE: 'open' },
    "MODE must be one of 'batch', 'closed', 'paced', 'poisson', 'steps', 'replay', not 'open'",
  ],
  ['client', { URL: 'pyserver' }, "URL must be an http:// URL, not 'pyserver'"],
  ['client', { URL: 'https://a/' }, "URL must be an http:// URL, not 'https://a/'"],
  ['client', { http_proxy: 'proxy' }, "http_proxy must be an http:// URL, not 'proxy'"],
  ['client', { BATCH_SIZE: '0' }, "BATCH_SIZE must be a whole number from 1 to 10000, not '0'"],
  ['client', { BATCHES: 'x' }, "BATCHES must be a whole number from 0 to 1000000, not 'x'"],
  ['client', { INTERVAL: '20' }, `INTERVAL must be ${DURATION}, not '20'`],
  [
    'client',
    { TIMEOUT: '0s' },
    "TIMEOUT must be a duration of at least 1ms with its unit, such as '5s', '250ms' or '1m30s', not '0s'",
  ],
  [
    'client',
    { MODE: 'closed', WORKERS: '-1' },
    "WORKERS must be a whole number from 1 to 10000, not '-1'",
  ],
  [
    'client',
    { MODE: 'closed', REQUESTS: '0' },
    "REQUESTS must be a whole number from 1 to 1000000, not '0'",
  ],
  [
    'client',
    { HEADERS: '{"a": 1}' },
    `HEADERS must be a JSON object of header names and texts, not '{"a": 1}'`,
  ],
  ['client', { HEADERS: '{' }, "HEADERS must be a JSON object of header names and texts, not '{'"],
  [
    'client',
    { HEADERS: '{"a b": "c"}' },
    `HEADERS must be a JSON object of header names and texts, not '{"a b": "c"}'`,
  ],
  [
    'client',
    { START_AT: 'noon' },
    "START_AT must be a time in ms since the epoch, or 'stdin', not 'noon'",
  ],
  ['client', { LOG_FORMAT: 'xml' }, "LOG_FORMAT must be one of 'text', 'json', not 'xml'"],
  ['client', { HEALTH_PORT: '0' }, "HEALTH_PORT must be a whole number from 1 to 65535, not '0'"],
];

describe('a variable that cannot be used', () => {
  it.each(refusals)('is refused by the %s: %j', (app, env, message) => {
    const read = app === 'server' ? readServerSettings : readClientSettings;
    expect(() => read(new Env(env))).toThrow(new Error(message));
  });

  it.each(['server', 'client'] as const)(
    'ends the %s with one line on stderr and exit code 2, before it does anything',
    async (app) => {
      const name = app === 'server' ? 'DELAY' : 'TIMEOUT';
      const run = startApp(app, { [name]: 'soon' });
      const { code, stderr } = await run.exited;
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^${app}: ${name} must be .*, not 'soon'\n$`));
      expect(run.lines).toEqual([]);
    },
  );
});

describe('defaults', () => {
  it('are the seed’s: a server that takes 5 s, ten requests each 20 s', () => {
    expect(readServerSettings(new Env({}))).toMatchObject({
      ports: [5000],
      host: '0.0.0.0',
      status: 200,
      conduct: { serviceTime: { kind: 'fixed', ms: 5000 }, keepAlive: true },
      backlog: 511,
    });
    expect(readClientSettings(new Env({}))).toMatchObject({
      url: new URL('http://pyserver/index'),
      logFormat: 'text',
      load: { settings: { size: 10, batches: Infinity, intervalMs: 20_000 } },
    });
  });

  it('hold for empty variables too, which templates leave behind', () => {
    expect(readServerSettings(new Env({ DELAY: '', STATUS: '' }))).toMatchObject({
      status: 200,
      conduct: { serviceTime: { kind: 'fixed', ms: 5000 } },
    });
  });
});
