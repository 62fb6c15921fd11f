/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTERS } from '../../../../envoy/statistics.ts';
import { refusal } from '../../../../experiment/expectation.ts';
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import { explain } from '../../../../lab/analysis/explanation/explain.ts';
import type { Observation } from '../../../../experiment/observation.ts';
import { endpointHealth, proxy, request } from '../logged.ts';
import { observation } from '../observed.ts';

describe('figures', () => {
  /** Large and different, so that one in the wrong place is no figure of these facts. */
  const figure = fc.integer({ min: 1000, max: 999_999 });
  const counters = fc.dictionary(fc.constantFrom(...COUNTERS), figure);
  const someLimits = fc.record({
    max_connections: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_pending_requests: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_requests: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_retries: fc.oneof(figure, fc.constant(UNLIMITED)),
  });
  const someProxy = fc
    .record({
      role: fc.constantFrom('client' as const, 'gateway' as const, 'server' as const),
      thresholds: someLimits,
      after: counters,
      cx: figure,
      ejectedAt: fc.option(figure),
    })
    .map(({ cx, ejectedAt, ...rest }) =>
      proxy({
        ...rest,
        gauges: { upstream_cx_active: { atMs: [0], value: [cx] } },
        health: ejectedAt === null ? [] : [endpointHealth(ejectedAt * 10, 'FAILED')],
      }),
    );
  const someRequest = fc
    .record({
      refusedBy: fc.option(fc.constantFrom(...refusal.options)),
      flag: fc.constantFrom('', 'UO', 'URX'),
      warmUp: fc.boolean(),
    })
    .map(({ refusedBy, flag, warmUp }) =>
      request({ refusedBy, warmUp, batch: warmUp ? 0 : 1, flags: { client: flag, server: null } }),
    );

  /** Numbers that belong to a rule's own words. */
  const WORDS =
    /(?<![\d.])503(?!\d|\.\d)|Istio 1\.24|HTTP\/1\.1|healthy_panic_threshold 0|10 unless set|outbound\|80\||proxyConcurrency 1|py(client|server)-\d|5xx|[\d.]+ service times|%/g;

  function figuresOf({ requests: all, proxies, timeScale }: Observation): Set<number> {
    const sums = COUNTERS.flatMap((counter) =>
      (['client', 'gateway', 'server'] as const).map((role) =>
        proxies
          .filter((one) => one.role === role)
          .flatMap(({ clusters }) => clusters)
          .reduce((sum, { after }) => sum + (after[counter] ?? 0), 0),
      ),
    );
    const own = proxies.flatMap(({ concurrency, clusters }) => [
      concurrency,
      ...clusters.flatMap(({ thresholds, after, gauges, endpoints }) => [
        ...Object.values(thresholds),
        ...Object.values(after),
        ...(gauges['upstream_cx_active']?.value ?? []),
        endpoints.length,
        Math.round(100 / endpoints.length),
        ...endpoints.flatMap(({ health }) => health.map(({ atMs }) => atMs / 1000)),
      ]),
    ]);
    const counts = Array.from({ length: all.length + 1 }, (_, n) => n);
    const latencies = all.map(({ sentMs, endedMs }) => endedMs - sentMs);
    return new Set([...sums, ...own, ...counts, ...latencies, timeScale]);
  }

  it('are figures of the facts, each of them', () => {
    fc.assert(
      fc.property(
        fc.array(someProxy, { maxLength: 4 }),
        fc.array(someRequest, { maxLength: 12 }),
        fc.constantFrom('batch' as const, 'closed' as const, 'paced' as const),
        (proxies, some, load) => {
          const facts = observation({ proxies, requests: some, experiment: { load } });
          const figures = figuresOf(facts);
          for (const sentence of explain(facts)) {
            const numbers = sentence.replace(WORDS, ' ').match(/\d+(\.\d+)?/g) ?? [];
            expect(
              numbers.map(Number).filter((number) => !figures.has(number)),
              sentence,
            ).toEqual([]);
            expect(sentence).not.toMatch(/NaN|undefined|null|Infinity|4294967295/);
            expect(sentence).toMatch(/^[A-Za-z\d].*\.$/);
            expect(sentence).not.toMatch(
              /(?<![.\d])1 (answers|attempts|batches|connections|endpoints|requests|retries|times)\b/,
            );
          }
        },
      ),
    );
  });
});
