/** Proves how clusters of hosts outside, headless Services and aliases find their endpoints. */
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { ProxyConfig } from '../../../envoy/proxyConfig.ts';
import { istio, podNamed, service, shop } from '../mesh/objects.ts';
import { cluster, thresholds } from './finding.ts';

const HOST = 'api.example.com';
const NAME = `outbound|80||${HOST}`;
const HTTP = { number: 80, name: 'http', protocol: 'HTTP' };
const RULE = istio('DestinationRule', 'api', {
  host: HOST,
  trafficPolicy: { connectionPool: { tcp: { maxConnections: 3 } } },
});

function entry(fields: object): KubernetesObject {
  return istio('ServiceEntry', 'api', { hosts: [HOST], ports: [HTTP], ...fields });
}

function sent(...objects: readonly KubernetesObject[]): ProxyConfig {
  const mesh = shop(...objects);
  return proxyConfig(mesh, podNamed(mesh, 'client-0'));
}

describe('the cluster of a host outside', () => {
  test.each([
    ['DNS', 'STRICT_DNS'],
    ['DNS_ROUND_ROBIN', 'LOGICAL_DNS'],
  ])('of resolution %s is %s, with its endpoints in it', (resolution, type) => {
    const api = cluster(shop(entry({ resolution }), RULE), 'client-0', NAME);
    expect(api).toMatchObject({ type, lb_policy: 'LEAST_REQUEST', respect_dns_ttl: true });
    expect(api.load_assignment?.endpoints?.[0]?.lb_endpoints?.[0]?.endpoint.address).toEqual({
      socket_address: { address: HOST, port_value: 80 },
    });
    expect(thresholds(api).max_connections).toBe(3);
    expect(api.transport_socket_matches).toBeUndefined();
    expect(api.metadata?.filter_metadata['istio']).toMatchObject({ external: true });
  });

  test('of resolution STATIC gets its endpoints by themselves', () => {
    const config = sent(entry({ resolution: 'STATIC', endpoints: [{ address: '10.1.1.1' }] }));
    expect(config.clusters.find(({ name }) => name === NAME)?.type).toBe('EDS');
    expect(config.endpoints.map(({ cluster_name }) => cluster_name)).toContain(NAME);
  });

  test('of resolution NONE goes where a request was going, at another port if it says so', () => {
    const api = cluster(shop(entry({ ports: [{ ...HTTP, targetPort: 81 }] })), 'client-0', NAME);
    expect(api).toMatchObject({
      ...{ type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' },
      original_dst_lb_config: { upstream_port_override: 81 },
    });
  });

  test('that has nothing to be looked up is none', () => {
    const chosen = entry({ resolution: 'DNS', workloadSelector: { labels: { app: 'none' } } });
    expect(sent(chosen).clusters.map(({ name }) => name)).not.toContain(NAME);
  });
});

test('HTTP hosts share a listener, TLS hosts are told apart by whom is asked for', () => {
  const tls = { number: 443, name: 'tls', protocol: 'TLS' };
  const { listeners, routes } = sent(entry({ hosts: [HOST, 'b.example.com'], ports: [HTTP, tls] }));
  expect(listeners.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['0.0.0.0_80', '0.0.0.0_443']),
  );
  const of443 = listeners.find(({ name }) => name === '0.0.0.0_443');
  expect(of443?.filter_chains.map(({ filter_chain_match: match }) => match?.server_names)).toEqual([
    [HOST],
    ['b.example.com'],
  ]);
  const domains = routes
    .find(({ name }) => name === '80')
    ?.virtual_hosts.flatMap((host) => host.domains);
  expect(domains).toEqual(expect.arrayContaining([HOST, `${HOST}.`, 'b.example.com']));
});

describe('a headless Service', () => {
  const headless = { clusterIP: 'None', selector: { app: 'server' } };
  const config = sent(
    service('all', undefined, headless),
    service('db', { name: 'tcp', port: 90, targetPort: 5000 }, headless),
  );

  test('is reached at the pod that the request names', () => {
    const own = config.clusters.find(({ name }) => name.startsWith('outbound|80||all.'));
    expect(own?.type).toBe('ORIGINAL_DST');
    // All of its pods have a sidecar.
    expect(own?.transport_socket).toBeDefined();
  });

  test('has a domain for each pod', () => {
    const domains = config.routes.flatMap((one) =>
      one.virtual_hosts.flatMap((host) => host.domains),
    );
    expect(domains).toContain('*.all.shop.svc.cluster.local');
  });

  test('of bytes is listened for at each pod', () => {
    expect(config.listeners.map(({ name }) => name)).toContain('10.244.0.2_90');
  });
});

test('an ExternalName is a domain of the service it leads to', () => {
  const alias = service('far', undefined, {
    ...{ type: 'ExternalName', externalName: 'server.shop.svc.cluster.local' },
  });
  const { routes, clusters } = sent(alias);
  const host = routes[0]?.virtual_hosts.find(({ name }) => name.startsWith('server.'));
  expect(host?.domains).toEqual(expect.arrayContaining(['far', 'far.shop', 'server']));
  expect(clusters.filter(({ name }) => name.includes('far'))).toEqual([]);
});
