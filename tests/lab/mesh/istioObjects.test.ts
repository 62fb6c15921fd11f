/** Proves what of Istio's objects is modelled, what is listed, and what Istio itself would not have. */
import { describe, expect, test } from 'vitest';
import { destinationRule, istio, leftOutOf, shop, virtualService } from './objects.ts';

const toServer = { destination: { host: 'server' } };

describe('fields that Istio knows and nothing here models', () => {
  test('are listed by object and path, and all goes as if they were not there', () => {
    const plain = shop(virtualService([{ route: [toServer], match: [{}] }]));
    const mesh = shop(virtualService([{ route: [toServer], match: [{ statPrefix: 'a' }] }]));
    expect(mesh.virtualServices).toEqual(plain.virtualServices);
    expect(mesh.leftOut).toEqual([
      {
        object: 'VirtualService shop/server',
        field: 'spec.http.0.match.0.statPrefix',
        sentence: 'is left out: it names statistics, and nothing else',
        mayChangeOutcomes: false,
      },
    ]);
  });

  test('a deprecated one is among them', () => {
    const mesh = shop(destinationRule({ outlierDetection: { consecutiveErrors: 5 } }));
    expect(leftOutOf(mesh)).toEqual([
      'DestinationRule shop/server: spec.trafficPolicy.outlierDetection.consecutiveErrors: ' +
        'is deprecated, and Istio itself does not act on it any more',
    ]);
    expect(mesh.destinationRules[0]?.spec.trafficPolicy).toEqual({ outlierDetection: {} });
  });

  test('null is no value, as an API server has it', () => {
    const mesh = shop(destinationRule({ connectionPool: null, tls: { mode: null } }));
    expect(mesh.destinationRules[0]?.spec.trafficPolicy).toEqual({ tls: {} });
    expect(mesh.leftOut).toEqual([]);
  });
});

describe("what an API server takes and Istio's validation refuses does nothing, and is said", () => {
  test.each([
    [
      'trafficPolicy.outlierDetection.maxEjectionPercent is 400: must be at most 100',
      destinationRule({ outlierDetection: { maxEjectionPercent: 400 } }),
    ],
    [
      'trafficPolicy.connectionPool.tcp.maxConnections is -1: must be at least 0',
      destinationRule({ connectionPool: { tcp: { maxConnections: -1 } } }),
    ],
    [
      'trafficPolicy.outlierDetection.consecutiveLocalOriginFailures is 3: needs splitExternalLocalOriginErrors: true',
      destinationRule({ outlierDetection: { consecutiveLocalOriginFailures: 3 } }),
    ],
    ['host is missing: must be a text', { ...destinationRule({}), spec: undefined }],
  ])('%s', (what, rule) => {
    const mesh = shop(rule);
    expect(mesh.destinationRules).toEqual([]);
    expect(mesh.leftOut).toEqual([
      {
        object: 'DestinationRule shop/server',
        sentence: `Istio's validation refuses it, so it does nothing: spec.${what}`,
        mayChangeOutcomes: true,
      },
    ]);
  });

  test('two destinations without weights', () => {
    const mesh = shop(virtualService([{ route: [toServer, toServer] }]));
    expect(mesh.virtualServices).toEqual([]);
    expect(leftOutOf(mesh).join()).toMatch(
      /two or more destinations need weights, and not only 0$/,
    );
  });
});

test('what stands in an EnvoyFilter is not looked at', () => {
  const filter = { ...istio('EnvoyFilter', 'f', { anything: [1] }) };
  expect(leftOutOf(shop({ ...filter, apiVersion: 'networking.istio.io/v1alpha3' }))).toEqual([
    "EnvoyFilter shop/f: is not applied: Envoy's configuration is what istiod makes without it",
  ]);
});
