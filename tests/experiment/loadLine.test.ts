/** Proves what a load in one line is, a tool's own command line included, and that no flag is passed over. */
import { describe, expect, test } from 'vitest';
import { Env } from '../../apps/common/env.ts';
import { readClientSettings } from '../../apps/client/settings.ts';
import { LabError } from '../../errors/labError.ts';
import { clientVariables } from '../../experiment/load.ts';
import { loadLine } from '../../experiment/loadLine.ts';
import { commandsIn } from '../../experiment/loadTools.ts';

const URL_OF = 'http://httpbin:8000/get';

describe('a load of our own', () => {
  test.each([
    ['batch(10, every=20s)', { mode: 'batch', size: 10, every: '20s' }],
    ['batch(9, spread=13ms)', { mode: 'batch', size: 9, every: '20s', spread: '13ms' }],
    ['batch()', { mode: 'batch', size: 10, every: '20s' }],
    ['closed(50)', { mode: 'closed', workers: 50 }],
    [' closed( 50 , requests = 200 ) ', { mode: 'closed', workers: 50, requests: 200 }],
    ['closed(4, for=10s, rate=8/s)', { mode: 'closed', workers: 4, for: '10s', rate: '8/s' }],
    ['paced(100ms)', { mode: 'paced', every: '100ms' }],
    ['paced(10/s)', { mode: 'paced', rate: '10/s' }],
    ['poisson(40/s, seed=3)', { mode: 'poisson', rate: '40/s', seed: 3 }],
    ['steps(10/s for 5s, 50/s for 5s)', { mode: 'steps', steps: '10/s for 5s, 50/s for 5s' }],
    ['replay(times.csv)', { mode: 'replay', file: 'times.csv' }],
    [`closed(2, url=${URL_OF}?a=1)`, { mode: 'closed', workers: 2, url: `${URL_OF}?a=1` }],
  ])('%s', (line, load) => {
    expect(loadLine(line)).toEqual({ load, said: [] });
  });

  test.each([
    ['closed', 'must be a load such as'],
    ['clsoed(5)', 'must be a load such as'],
    ['closed()', 'workers is missing'],
    ['closed(many)', 'workers is "many": must be a number'],
    ['closed(50, request=3)', "request is not a field known here. Did you mean 'requests'?"],
    ['paced(10)', 'rate is "10": must be a rate with its unit'],
    ['paced()', 'needs every (a time) or rate'],
    ['poisson(0/s)', 'rate is "0/s": must be a rate'],
    ['steps(10/s)', 'must be rates one after the other'],
    ['batch(10, every=20)', 'every is "20": must be a duration'],
    ['closed(2, url=https://a/)', 'must be an http:// URL'],
  ])('%s is refused', (line, message) => {
    expect(() => loadLine(line)).toThrow(LabError);
    expect(() => loadLine(line)).toThrow(message);
  });

  test.each([
    ['batch(3, every=2s)', { size: 3, batches: Infinity, intervalMs: 2000 }],
    ['closed(3, for=2s)', { workers: 3, requests: Infinity, durationMs: 2000 }],
    ['paced(50/s)', { intervalMs: 20, requests: 200 }],
    ['poisson(50/s, for=1s)', { perSecond: 50, requests: Infinity, durationMs: 1000 }],
    ['steps(5/s for 1s)', { steps: [{ perSecond: 5, forMs: 1000 }] }],
  ])('%s is what the client understands', (line, settings) => {
    const told = clientVariables(loadLine(line).load);
    expect(readClientSettings(new Env(told)).load.settings).toMatchObject(settings);
  });
});

describe("a tool's command line", () => {
  const closed = { mode: 'closed', url: URL_OF };

  test.each([
    [
      `fortio load -c 2 -qps 0 -n 20 -loglevel Warning ${URL_OF}`,
      { ...closed, workers: 2, requests: 20, timeout: '3s' },
    ],
    [
      `/usr/bin/fortio load -c=3 --qps=0 -n 30 -quiet ${URL_OF}`,
      { ...closed, workers: 3, requests: 30, timeout: '3s' },
    ],
    [`fortio load ${URL_OF}`, { ...closed, workers: 4, rate: '8/s', requests: 40, timeout: '3s' }],
    [`fortio load -qps -1 -t 10s ${URL_OF}`, { ...closed, workers: 4, for: '10s', timeout: '3s' }],
    [`fortio load -qps max -t 10s ${URL_OF}`, { ...closed, workers: 4, for: '10s', timeout: '3s' }],
    [`hey -n 200 -c 50 ${URL_OF}`, { ...closed, workers: 50, requests: 200, timeout: '20s' }],
    [
      `hey -n 205 -c 50 -q 2 -t 0 ${URL_OF}`,
      { ...closed, workers: 50, requests: 200, rate: '100/s', timeout: '24h' },
    ],
    [
      `hey -z 5s -c 2 -H 'x-end-user: a b' -H "Accept: */*" ${URL_OF}`,
      {
        ...closed,
        workers: 2,
        for: '5s',
        timeout: '20s',
        headers: { 'x-end-user': 'a b', Accept: '*/*' },
      },
    ],
    [`siege -r 2 -c20 -v ${URL_OF}`, { ...closed, workers: 20, requests: 40, timeout: '30s' }],
    [`siege -t30S -c 5 httpbin:8000/get`, { ...closed, workers: 5, for: '30s', timeout: '30s' }],
    [
      `siege --time=1H --concurrent=5 httpbin:8000/get`,
      { ...closed, workers: 5, for: '1h', timeout: '30s' },
    ],
    ['hey -n 10 -c 5', { mode: 'closed', workers: 5, requests: 10, timeout: '20s' }],
  ])('%s', (line, load) => {
    expect(loadLine(line)).toEqual({ load, said: [] });
  });

  test('what is not done is said', () => {
    const { said } = loadLine(`hey -m POST -disable-keepalive ${URL_OF}`);
    expect(said).toEqual([
      'hey -m: every request is a GET without a body',
      'hey -disable-keepalive: each worker keeps its connection for as long as the server does',
    ]);
  });

  test.each([
    [`fortio load -x 2 ${URL_OF}`, '-x is not known here'],
    [`fortio load -qsp 2 ${URL_OF}`, "-qsp is not known here. Did you mean 'qps'?"],
    [`fortio load -qps fast ${URL_OF}`, "-qps 'fast': must be a number"],
    [`fortio load -t 0 ${URL_OF}`, '-t 0: must be a time after which it ends'],
    [`fortio load -grpc ${URL_OF}`, 'only HTTP is sent here'],
    [`fortio load -c 2.5 ${URL_OF}`, 'workers is 2.5: must be a whole number'],
    [`hey -n 5 -c 50 ${URL_OF}`, '-n 5: must not be less than -c 50'],
    [`hey -n 50 ${URL_OF} http://other/`, "'http://other/' is one URL too many"],
    [`hey -H novalue ${URL_OF}`, "-H 'novalue': must be such as 'name: value'"],
    ['hey -n', '-n has no value'],
    [`hey https://example.com/`, 'must be an http:// URL'],
    [`siege -c 5 ${URL_OF}`, 'needs -r a number or -t a time'],
  ])('%s is refused', (line, message) => {
    expect(() => loadLine(line)).toThrow(LabError);
    expect(() => loadLine(line)).toThrow(message);
  });
});

test('the commands of a script', () => {
  expect(commandsIn('sleep 5 && fortio load http://a/?b=$C; sleep 1d')).toEqual([
    ['sleep', '5'],
    ['fortio', 'load', 'http://a/?b=$C'],
    ['sleep', '1d'],
  ]);
});
