/** Proves that every setting names the field it comes from, and the value that Envoy was given. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrafficPolicy } from '../../../istio/destinationRule.ts';
import { settingsOf } from '../../../lab/istiod/settings.ts';
import { destinationRule, istio, shop } from '../mesh/objects.ts';

const HOST = 'server.shop.svc.cluster.local';

test('a limit is told for the client’s proxy and for the server’s, with both fields', () => {
  const mesh = shop(
    destinationRule({
      connectionPool: { tcp: { maxConnections: 5 } },
      outlierDetection: { consecutive5xxErrors: 3 },
    }),
  );
  const settings = settingsOf(mesh);
  const limits = settings.filter(({ field }) => field?.endsWith('maxConnections'));
  expect(limits).toHaveLength(2);
  for (const limit of limits) {
    expect(limit).toMatchObject({
      object: expect.stringMatching(/^DestinationRule shop\//) as string,
      field: 'trafficPolicy.connectionPool.tcp.maxConnections',
      value: '5',
      envoy: 'circuit_breakers.thresholds[0].max_connections',
      envoyValue: '5',
    });
  }
  // On the way in istiod sets no detector: the field became nothing there.
  const detectors = settings.filter(({ envoy }) => envoy === 'outlier_detection.consecutive_5xx');
  expect(detectors.map(({ cluster, envoyValue }) => [cluster.split('|')[0], envoyValue])).toEqual(
    expect.arrayContaining([
      ['inbound', null],
      ['outbound', '3'],
    ]),
  );
});

const policy: fc.Arbitrary<TrafficPolicy> = fc
  .record(
    {
      connectionPool: fc.record({
        tcp: fc.record({ maxConnections: fc.integer({ min: 1, max: 9 }) }),
      }),
      outlierDetection: fc.record({ consecutive5xxErrors: fc.integer({ min: 1, max: 9 }) }),
      port: fc.option(
        fc.record({ tcp: fc.record({ maxConnections: fc.integer({ min: 10, max: 19 }) }) }),
        { nil: undefined },
      ),
    },
    { requiredKeys: ['port'] },
  )
  .map(({ port, ...own }) => ({
    ...own,
    ...(port && { portLevelSettings: [{ port: { number: 80 }, connectionPool: port }] }),
  }));

test('whichever level says it, the field that is named holds the value that Envoy has', () => {
  fc.assert(
    fc.property(policy, policy, (whole, own) => {
      const spec = {
        host: HOST,
        trafficPolicy: whole,
        subsets: [{ name: 'v1', labels: {}, trafficPolicy: own }],
      };
      for (const { field, value, envoyValue, cluster } of settingsOf(
        shop(istio('DestinationRule', 'server', spec)),
      )) {
        expect(String(read(spec, field ?? ''))).toBe(value);
        if (cluster.startsWith('outbound')) expect(envoyValue).toBe(value);
      }
    }),
  );
});

function read(spec: object, field: string): unknown {
  return field.split(/\.(?![^[]*\])/).reduce<unknown>((value, step) => {
    const [, key = '', chosen] = /^([^[]+)(?:\[(.*)\])?$/.exec(step) ?? [];
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (chosen === undefined) return inner;
    const list = inner as readonly { readonly name?: string }[];
    return list.find(({ name }) => name === chosen) ?? list[Number(chosen)];
  }, spec);
}
