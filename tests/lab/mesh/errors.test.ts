/** Proves that what cannot be right is refused, in words that say where and what instead. */
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import {
  deployment,
  destinationRule,
  istio,
  leftOutOf,
  namespace,
  object,
  service,
  shop,
} from './objects.ts';

function refusal(...more: readonly KubernetesObject[]): string {
  try {
    shop(...more);
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('fields', () => {
  test.each([
    [
      { connectionPool: { tcp: { maxConnection: 5 } } },
      "connectionPool.tcp.maxConnection is not a field known here. Did you mean 'maxConnections'?",
    ],
    [
      { connectionPool: { tcp: { maxConnections: 'five' } } },
      'connectionPool.tcp.maxConnections is "five": must be a number',
    ],
    [
      { outlierDetection: { interval: '1x' } },
      `outlierDetection.interval is "1x": must be a duration with its unit, such as '5s', '250ms' or '1m30s', and at least 1ms`,
    ],
    [
      { outlierDetection: { consecutive5xxErrors: -1 } },
      'outlierDetection.consecutive5xxErrors is -1: must be at least 0',
    ],
    [
      { loadBalancer: { simple: 'FASTEST' } },
      'loadBalancer.simple is "FASTEST": must be one of UNSPECIFIED, LEAST_CONN, RANDOM, PASSTHROUGH, ROUND_ROBIN, LEAST_REQUEST',
    ],
    [
      { loadBalancer: { simple: 'RANDOM', consistentHash: { useSourceIp: true } } },
      'loadBalancer: has one of simple, consistentHash, not several',
    ],
    [
      { portLevelSettings: [{ port: { number: 80 }, conectionPool: {} }] },
      "portLevelSettings.0.conectionPool is not a field known here. Did you mean 'connectionPool'?",
    ],
  ])('%j', (policy, message) => {
    expect(refusal(destinationRule(policy))).toBe(
      `DestinationRule shop/server: spec.trafficPolicy.${message}`,
    );
  });

  test('every wrong field of an object is named, each in a line', () => {
    const rule = destinationRule({ connectionPool: { tcp: { maxConnections: '5', retries: 1 } } });
    expect(refusal(rule).split('\n')).toEqual([
      'DestinationRule shop/server: spec.trafficPolicy.connectionPool.tcp.maxConnections is "5": must be a number',
      'DestinationRule shop/server: spec.trafficPolicy.connectionPool.tcp.retries is not a field known here. Known: connectTimeout, idleTimeout, maxConnectionDuration, maxConnections, tcpKeepalive.',
    ]);
  });

  test('a missing one is missing', () => {
    expect(refusal(istio('DestinationRule', 'server', {}))).toBe(
      'DestinationRule shop/server: spec.host is missing: must be a text',
    );
  });

  test("Kubernetes' own kinds are read as strictly where they are read", () => {
    const wrong = object('apps/v1', 'Deployment', 'd', {
      spec: { replicas: 'two', selector: {}, template: { spec: { containers: [] } } },
    });
    expect(refusal(wrong).split('\n')).toEqual([
      'Deployment shop/d: spec.replicas is "two": must be a number',
      'Deployment shop/d: spec.template.spec.containers is []: must be at least 1 entry',
    ]);
  });

  test('one that Istio does not have at all is named with the nearest, in every kind of its', () => {
    const entry = { hosts: ['a.test'], prots: [] };
    expect(refusal(istio('ServiceEntry', 'e', entry))).toBe(
      "ServiceEntry shop/e: spec.prots is not a field known here. Did you mean 'ports'?",
    );
    const rule = { ...destinationRule({}), sepc: {} };
    expect(refusal(rule)).toBe(
      "DestinationRule shop/server: sepc is not a field known here. Did you mean 'spec'?",
    );
  });
});

describe('versions of an Istio kind', () => {
  test.each(['v1', 'v1beta1', 'v1alpha3'])('%s is read', (version) => {
    const rule = { ...destinationRule({}), apiVersion: `networking.istio.io/${version}` };
    expect(shop(rule).destinationRules).toHaveLength(1);
  });

  test('another one is refused', () => {
    expect(refusal({ ...destinationRule({}), apiVersion: 'networking.istio.io/v2' })).toBe(
      "DestinationRule shop/server: apiVersion is 'networking.istio.io/v2': must be one of " +
        'networking.istio.io/v1, networking.istio.io/v1alpha3, networking.istio.io/v1beta1',
    );
  });

  test('a kind that Istio does not have is refused', () => {
    expect(refusal(istio('DestinationRules', 'r', {}))).toBe(
      "DestinationRules shop/r: is no kind of Istio's. Did you mean 'DestinationRule'?",
    );
  });

  test('a Gateway of the Gateway API is not an Istio Gateway', () => {
    const mesh = shop(object('gateway.networking.k8s.io/v1', 'Gateway', 'g', { spec: {} }));
    expect(mesh.gateways).toEqual([]);
    expect(leftOutOf(mesh)).toEqual([
      'Gateway shop/g: is of a kind that is not known here: ignored',
    ]);
  });
});

describe('names', () => {
  test('two objects of one name', () => {
    expect(refusal(destinationRule({}), destinationRule({}))).toBe(
      'DestinationRule shop/server: is given more than once',
    );
    expect(() => meshOf([service('a'), service('a')])).toThrow(
      'Service shop/a: is given more than once',
    );
    expect(meshOf([namespace(), deployment('a'), service('a')]).pods).toHaveLength(1);
    // Kinds of two API groups may share a name.
    const gateway = { selector: { istio: 'own' }, servers: [] };
    const other = object('gateway.networking.k8s.io/v1', 'Gateway', 'g', { spec: {} });
    expect(refusal(istio('Gateway', 'g', gateway), other)).toBe('accepted');
  });
});
