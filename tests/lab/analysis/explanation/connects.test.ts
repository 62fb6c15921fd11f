/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../../experiment/observation.ts';
import { proxy } from '../logged.ts';
import { said } from './explained.ts';

describe('connections that the server closes', () => {
  const closing = { upstream_cx_total: 97, upstream_rq_total: 97, upstream_cx_close_notify: 97 };
  const NEW_EACH =
    'The proxy of envoy-0 made 97 connections to outbound|80||pyserver for 97 requests, as the server ' +
    'closes each after its answer (upstream_cx_close_notify 97): a request has a place in the queue ' +
    'until its own connection stands.';
  /** Gauges as the sampler leaves them: what did not change is not repeated. */
  const gauges = (
    waiting: [atMs: number, value: number][],
    active: [atMs: number, value: number][] = [[0, 0]],
    connections: [atMs: number, value: number][] = [[0, 20]],
  ): Cluster['gauges'] => {
    const series = (pairs: [number, number][]): Cluster['gauges'][string] => ({
      atMs: pairs.map(([atMs]) => atMs),
      value: pairs.map(([, value]) => value),
    });
    return {
      upstream_rq_pending_active: series(waiting),
      upstream_rq_active: series(active),
      upstream_cx_active: series(connections),
    };
  };
  const late = (duration: string, waiting: string): string =>
    `For ${duration} up to ${waiting} of the proxy of envoy-0 waited for connections that were being ` +
    'made: where more of them arrive than the server lets wait to be accepted (its backlog), TCP ' +
    'drops one and tries it again a second later. Each keeps its place in the queue meanwhile, and ' +
    'others find it full.';
  const saidOf = (given: Parameters<typeof proxy>[0]): string[] =>
    said({ proxies: [proxy({ pod: 'envoy-0', role: 'gateway', after: closing, ...given })] });

  it('are told where each answer ends one', () => {
    expect(saidOf({})).toEqual([NEW_EACH]);
  });

  it('are not told of a proxy that drains, nor where connections end by their age', () => {
    expect(saidOf({ after: { ...closing, upstream_cx_close_notify: 3 } })).toEqual([]);
    expect(saidOf({ after: { ...closing, upstream_cx_close_notify: 0 } })).toEqual([]);
    expect(saidOf({ before: closing })).toEqual([]);
  });

  it.each([
    [
      'a wait of most of a second',
      gauges([
        [100, 7],
        [400, 13],
        [1000, 0],
      ]),
      [late('0.9 s', '13 requests')],
    ],
    [
      'the longest of several',
      gauges([
        [100, 7],
        [700, 0],
        [900, 1],
        [1800, 0],
      ]),
      [late('0.9 s', '1 request')],
    ],
    [
      'no wait behind connections that all carry requests',
      gauges([[100, 7]], [[0, 20]], [[0, 20]]),
      [],
    ],
    [
      'a wait that ends when the connections carry requests, though others wait on',
      gauges(
        [[100, 7]],
        [
          [0, 0],
          [800, 20],
        ],
      ),
      [late('0.7 s', '7 requests')],
    ],
    [
      'no wait that is short, as any connect may be',
      gauges([
        [100, 7],
        [500, 0],
      ]),
      [],
    ],
    ['nothing that was not sampled', {}, []],
  ])('tell %s', (_, sampled, sentences) => {
    expect(saidOf({ gauges: sampled })).toEqual([NEW_EACH, ...sentences]);
  });

  it('tell no wait of kept connections, of which one worker may have some to spare', () => {
    const kept = { ...closing, upstream_cx_total: 20, upstream_cx_close_notify: 0 };
    expect(
      saidOf({
        after: kept,
        gauges: gauges([
          [0, 7],
          [5000, 0],
        ]),
      }),
    ).toEqual([]);
  });
});
