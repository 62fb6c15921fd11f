/** Proves which DestinationRule holds for a service, on the way out and on the way in. */
import { describe, expect, test } from 'vitest';
import { ruleFor } from '../../../lab/istiod/destinationRules.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import {
  deployment,
  destinationRule,
  istio,
  namespace,
  podNamed,
  serviceNamed,
  shop,
} from '../mesh/objects.ts';
import { cluster, thresholds } from './finding.ts';

const HOST = 'server.shop.svc.cluster.local';

describe('the rule for a service', () => {
  const limited = (
    where: string,
    host: string,
    maxConnections: number,
    more: Readonly<Record<string, unknown>> = {},
  ): KubernetesObject =>
    istio(
      'DestinationRule',
      `r${maxConnections}`,
      { host, trafficPolicy: { connectionPool: { tcp: { maxConnections } } }, ...more },
      where,
    );
  const limitOf = (mesh: Mesh, pod = 'client-0'): number =>
    thresholds(cluster(mesh, pod, `outbound|80||${HOST}`)).max_connections;

  test('of the own namespace wins over that of the root namespace', () => {
    const mesh = shop(limited('istio-system', HOST, 1), limited('shop', 'server', 2));
    expect(limitOf(mesh)).toBe(2);
  });

  test("of the client's namespace wins over that of the service's", () => {
    const far = deployment('far');
    const mesh = shop(
      namespaceNamed('far'),
      { ...far, metadata: { ...far.metadata, namespace: 'far' } },
      limited('far', HOST, 1),
      limited('shop', 'server', 2),
    );
    expect(limitOf(mesh, 'far-0')).toBe(1);
    expect(limitOf(mesh, 'client-0')).toBe(2);
  });

  test('with the most specific host wins', () => {
    const mesh = shop(
      limited('shop', '*', 1),
      limited('shop', 'server', 2),
      limited('shop', '*.shop.svc.cluster.local', 3),
    );
    expect(limitOf(mesh)).toBe(2);
    const wild = shop(limited('shop', '*', 1), limited('shop', '*.svc.cluster.local', 3));
    expect(limitOf(wild)).toBe(3);
  });

  test('that another namespace does not export is not seen', () => {
    const far = deployment('far');
    const mesh = shop(
      namespaceNamed('far'),
      { ...far, metadata: { ...far.metadata, namespace: 'far' } },
      limited('shop', 'server', 2, { exportTo: ['.'] }),
    );
    expect(limitOf(mesh, 'client-0')).toBe(2);
    expect(limitOf(mesh, 'far-0')).toBe(4_294_967_295);
  });

  test('with a workloadSelector is for the chosen proxies of its namespace, on their way out', () => {
    const chosen = { workloadSelector: { matchLabels: { role: 'chosen' } } };
    const labels = { role: 'chosen' };
    const far = deployment('far', { labels });
    const mesh = shop(
      namespaceNamed('far'),
      { ...far, metadata: { ...far.metadata, namespace: 'far' } },
      deployment('near', { labels: { ...labels, app: 'server' } }),
      limited('shop', 'server', 1, chosen),
    );
    expect(limitOf(mesh, 'near-0')).toBe(1);
    expect(limitOf(mesh, 'client-0')).toBe(4_294_967_295);
    expect(limitOf(mesh, 'far-0')).toBe(4_294_967_295);
    const inbound = thresholds(cluster(mesh, 'near-0', 'inbound|5000||'));
    expect(inbound.max_connections).toBe(4_294_967_295);
  });

  test('and another for the same host are one: the first policy, the subsets of both', () => {
    const subsets = (name: string): object[] => [{ name, labels: { version: name } }];
    const mesh = shop(
      limited('shop', 'server', 1, { subsets: subsets('v1') }),
      limited('shop', HOST, 2, {
        subsets: [...subsets('v2'), { name: 'v1', labels: { version: 'other' } }],
      }),
    );
    const rule = ruleFor(
      mesh,
      podNamed(mesh, 'client-0'),
      serviceNamed(mesh, 'server'),
      'outbound',
    );
    expect(rule?.name).toBe('r1');
    expect(rule?.spec.subsets).toEqual([...subsets('v1'), ...subsets('v2')]);
    expect(limitOf(mesh)).toBe(1);
  });
});

describe('the way in', () => {
  test("has the rule's limits, never a subset's", () => {
    const subset = {
      name: 'v1',
      labels: { version: 'v1' },
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } },
    };
    const mesh = shop(
      destinationRule({ connectionPool: { tcp: { maxConnections: 5 } } }, { subsets: [subset] }),
    );
    expect(thresholds(cluster(mesh, 'server-0', 'inbound|5000||')).max_connections).toBe(5);
    const only = shop(istio('DestinationRule', 'server', { host: 'server', subsets: [subset] }));
    const inbound = cluster(only, 'server-0', 'inbound|5000||');
    expect(thresholds(inbound).max_connections).toBe(4_294_967_295);
    // A rule that says nothing for the way in is not named as its source either.
    expect(JSON.stringify(inbound.metadata)).not.toContain('destination-rule');
  });

  test("has the settings for the Service's port, not for the container's", () => {
    const settings = (number: number, maxConnections: number): object => ({
      port: { number },
      connectionPool: { tcp: { maxConnections } },
    });
    const mesh = shop(destinationRule({ portLevelSettings: [settings(80, 3), settings(5000, 4)] }));
    expect(thresholds(cluster(mesh, 'server-0', 'inbound|5000||')).max_connections).toBe(3);
  });

  test("of a Sidecar: the workload's, else the namespace's, else the root namespace's", () => {
    const sidecar = (name: string, where: string, maxConnections: number, spec = {}) =>
      istio(
        'Sidecar',
        name,
        { inboundConnectionPool: { tcp: { maxConnections } }, ...spec },
        where,
      );
    const root = sidecar('root', 'istio-system', 1);
    const own = sidecar('own', 'shop', 2);
    const workload = sidecar('workload', 'shop', 3, {
      workloadSelector: { labels: { app: 'server' } },
    });
    const limit = (...objects: KubernetesObject[]): number =>
      thresholds(cluster(shop(...objects), 'server-0', 'inbound|5000||')).max_connections;
    expect(limit(root)).toBe(1);
    expect(limit(root, own)).toBe(2);
    expect(limit(root, own, workload)).toBe(3);
  });
});

function namespaceNamed(name: string): KubernetesObject {
  return { ...namespace(), metadata: { ...namespace().metadata, name } };
}
