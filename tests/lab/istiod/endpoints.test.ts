/** Proves which endpoints a cluster has, and which of them are asked for mutual TLS. */
import { describe, expect, test } from 'vitest';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import { tlsMode } from '../../../lab/istiod/trafficPolicy.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import {
  deployment,
  destinationRule,
  istio,
  namespace,
  podNamed,
  service,
  shop,
} from '../mesh/objects.ts';
import { cluster } from './finding.ts';

const HOST = 'server.shop.svc.cluster.local';

describe('endpoints of a subset', () => {
  test('are those with its labels', () => {
    const mesh = shop(
      deployment('server-v2', { replicas: 2, labels: { app: 'server', version: 'v2' } }),
      istio('DestinationRule', 'server', {
        host: 'server',
        subsets: [
          { name: 'v1', labels: { version: 'v1' } },
          { name: 'v2', labels: { version: 'v2' } },
          { name: 'none', labels: { version: 'v3' } },
          { name: 'all' },
        ],
      }),
    );
    const counts = proxyConfig(mesh, podNamed(mesh, 'client-0'))
      .endpoints.filter(({ cluster_name }) => cluster_name.endsWith(HOST))
      .map(({ cluster_name, endpoints: [locality] = [] }) => [
        cluster_name.split('|')[2],
        locality?.lb_endpoints?.length ?? 0,
      ]);
    expect(counts).toEqual([
      ['all', 3],
      ['none', 0],
      ['v1', 1],
      ['v2', 2],
      ['', 3],
    ]);
  });

  test('say which workload they are, by its own labels where istiod added none', () => {
    const mesh = shop(
      deployment('server-v2', {
        labels: { app: 'server', 'app.kubernetes.io/version': 'two', version: 'v2' },
      }),
    );
    const made = proxyConfig(mesh, podNamed(mesh, 'client-0')).endpoints.find(
      ({ cluster_name }) => cluster_name === `outbound|80||${HOST}`,
    );
    expect(
      made?.endpoints?.[0]?.lb_endpoints?.map(({ metadata }) => metadata.filter_metadata['istio']),
    ).toEqual([
      { workload: 'server;shop;server;v1;Kubernetes' },
      { workload: 'server-v2;shop;server;two;Kubernetes' },
    ]);
  });

  test('are not asked for where the address of the request stands, nor is TLS without any', () => {
    const passthrough = destinationRule({ loadBalancer: { simple: 'PASSTHROUGH' } });
    const mesh = shop(passthrough);
    const name = `outbound|80||${HOST}`;
    expect(cluster(mesh, 'client-0', name).transport_socket).toBeDefined();
    expect(
      proxyConfig(mesh, podNamed(mesh, 'client-0')).endpoints.map(
        ({ cluster_name }) => cluster_name,
      ),
    ).not.toContain(name);
    const nobody = meshOf([namespace(), deployment('client'), service('server'), passthrough]);
    expect(cluster(nobody, 'client-0', name).transport_socket).toBeUndefined();
  });
});

describe('the TLS mode of endpoints', () => {
  const rule = (trafficPolicy: object, subset?: object): Parameters<typeof tlsMode>[0] => {
    const spec = { host: 'server', trafficPolicy };
    const own = subset && { name: 'v1', trafficPolicy: subset };
    return {
      rule: { name: 'r', namespace: 'shop', labels: {}, spec },
      subset: own,
      port: { port: 80 },
    };
  };
  const at80 = (tls?: object): object => ({
    portLevelSettings: [{ port: { number: 80 }, ...(tls && { tls }) }],
  });
  const mutual = { mode: 'ISTIO_MUTUAL' };

  test.each([
    [rule({}), undefined],
    [rule({ tls: {} }), 'DISABLE'],
    [rule({ tls: mutual }), 'ISTIO_MUTUAL'],
    [rule({ tls: mutual, ...at80({ mode: 'DISABLE' }) }), 'DISABLE'],
    [rule({ tls: mutual, ...at80() }), 'ISTIO_MUTUAL'],
    [rule({ tls: mutual }, { tls: { mode: 'DISABLE' } }), 'DISABLE'],
    [rule({ tls: mutual }, {}), 'ISTIO_MUTUAL'],
  ])('%#', (of, expected) => {
    expect(tlsMode(of)).toBe(expected);
  });
});
