/** Proves where a sidecar sends a request, by its port, host, path and headers. */
import { describe, expect, test } from 'vitest';
import type { Route } from '../../../envoy/routeMessages.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { destinationRule, istio, service, shop, virtualService } from '../mesh/objects.ts';
import { configuration, hostNamed } from './routing.ts';

const HOST = 'server.shop.svc.cluster.local';
const toServer = { destination: { host: 'server' } };

function routesTo(mesh: Mesh): readonly Route[] {
  return hostNamed(mesh, `${HOST}:80`).routes ?? [];
}

describe('a match', () => {
  test.each([
    [{ uri: { exact: '/a' } }, { path: '/a', case_sensitive: true }],
    [{ uri: { prefix: '/a' } }, { prefix: '/a', case_sensitive: true }],
    [{ uri: { regex: '/a.+' } }, { safe_regex: { regex: '/a.+' }, case_sensitive: true }],
    [
      { uri: { prefix: '/a' }, ignoreUriCase: true },
      { prefix: '/a', case_sensitive: false },
    ],
    [
      { headers: { 'x-b': { exact: 'b' }, 'x-a': { prefix: 'a' } }, method: { exact: 'GET' } },
      {
        prefix: '/',
        case_sensitive: true,
        headers: [
          { name: 'x-a', string_match: { prefix: 'a' } },
          { name: 'x-b', string_match: { exact: 'b' } },
          { name: ':method', string_match: { exact: 'GET' } },
        ],
      },
    ],
    [
      { headers: { 'x-any': { regex: '*' } }, authority: { exact: 'server' } },
      {
        prefix: '/',
        case_sensitive: true,
        headers: [
          { name: 'x-any', present_match: true },
          { name: ':authority', string_match: { exact: 'server' } },
        ],
      },
    ],
  ])('%j', (match, expected) => {
    const [route] = routesTo(shop(virtualService([{ match: [match], route: [toServer] }])));
    expect(route?.match).toStrictEqual(expected);
  });

  test('for another port or another gateway makes no route: the service keeps its own', () => {
    for (const match of [{ port: 81 }, { gateways: ['g'] }]) {
      const mesh = shop(virtualService([{ match: [match], route: [toServer] }]));
      expect(routesTo(mesh).map(({ name }) => name)).toEqual(['default']);
    }
    const here = [{ match: [{ port: 80, gateways: ['mesh'] }], route: [toServer] }];
    expect(routesTo(shop(virtualService(here)))[0]?.name).toBeUndefined();
  });
});

test('routes stay in order up to the one that catches everything; names are joined', () => {
  const mesh = shop(
    virtualService([
      {
        name: 'first',
        match: [{ name: 'a', uri: { exact: '/a' } }, { uri: { exact: '/b' } }],
        route: [toServer],
      },
      { name: 'all', route: [toServer] },
      { name: 'never', match: [{ uri: { exact: '/c' } }], route: [toServer] },
    ]),
  );
  expect(routesTo(mesh).map(({ name, match }) => [name, match.path])).toEqual([
    ['first.a', '/a'],
    ['first', '/b'],
    ['all', undefined],
  ]);
});

test('a timeout holds for gRPC as well; without one there is none', () => {
  const mesh = shop(virtualService([{ route: [toServer], timeout: '250ms' }]));
  expect(routesTo(mesh)[0]?.route).toMatchObject({ timeout: '0.250s', max_grpc_timeout: '0.250s' });
  const off = shop(virtualService([{ route: [toServer] }]));
  expect(routesTo(off)[0]?.route).toMatchObject({ timeout: '0s', max_grpc_timeout: '0s' });
});

test('a destination of weight 0 gets nothing', () => {
  const mesh = shop(
    destinationRule({}, { subsets: [{ name: 'v1' }, { name: 'v2' }] }),
    virtualService([
      {
        route: [
          { destination: { host: 'server', subset: 'v1' }, weight: 100 },
          { destination: { host: 'server', subset: 'v2' }, weight: 0 },
        ],
      },
    ]),
  );
  expect(routesTo(mesh)[0]?.route?.weighted_clusters).toEqual({
    clusters: [{ name: `outbound|80|v1|${HOST}`, weight: 100 }],
  });
});

test('a destination may be another service on another port', () => {
  const mesh = shop(
    service('other', { name: 'http', port: 8080 }),
    virtualService([{ route: [{ destination: { host: 'other', port: { number: 8080 } } }] }]),
  );
  expect(routesTo(mesh)[0]).toMatchObject({
    decorator: { operation: 'other.shop.svc.cluster.local:8080/*' },
    route: { cluster: 'outbound|8080||other.shop.svc.cluster.local' },
  });
});

describe('hashing', () => {
  const by = (httpHeaderName: string): object => ({
    loadBalancer: { consistentHash: { httpHeaderName } },
  });
  const header = (name: string): object => ({ header: { header_name: name } });
  const subsets = [{ name: 'v1', trafficPolicy: by('subset') }, { name: 'v2' }];
  const route = (destination: object): KubernetesObject =>
    virtualService([{ route: [{ destination }] }]);

  test.each([
    [{ host: 'server' }, by('rule'), 'rule'],
    [{ host: 'server', subset: 'v2' }, by('rule'), 'rule'],
    [{ host: 'server', subset: 'v1' }, by('rule'), 'subset'],
    [
      { host: 'server', port: { number: 80 } },
      { ...by('rule'), portLevelSettings: [{ port: { number: 80 }, ...by('port') }] },
      'port',
    ],
  ])('of the destination %j is by the nearest word', (destination, policy, expected) => {
    const [made] = routesTo(shop(destinationRule(policy, { subsets }), route(destination)));
    expect(made?.route?.hash_policy).toEqual([header(expected)]);
    // The hash chooses the host, so a retry may have the same.
    expect(made?.route?.retry_policy?.retry_host_predicate).toBeUndefined();
  });

  test('without a VirtualService is by the settings for the port, else by the rule', () => {
    const settings = { portLevelSettings: [{ port: { number: 80 }, ...by('port') }] };
    const [made] = routesTo(shop(destinationRule({ ...by('rule'), ...settings })));
    expect(made?.route?.hash_policy).toEqual([header('port')]);
  });
});

describe('hosts of a sidecar', () => {
  test('are all services on the port, by every name that a client of the namespace may use', () => {
    const mesh = shop(service('web'), service('db', { name: 'tcp', port: 80 }));
    const hosts = configuration(mesh, '80').virtual_hosts;
    expect(hosts.map(({ name }) => name)).toEqual([
      `${HOST}:80`,
      'web.shop.svc.cluster.local:80',
      'allow_any',
    ]);
    expect(hosts[0]?.domains).toEqual([
      HOST,
      `${HOST}.`,
      'server',
      'server.shop.svc',
      'server.shop',
      '10.96.0.1',
    ]);
  });

  test('a wildcard takes over every service that no VirtualService names better', () => {
    const to = (host: string): object[] => [{ route: [{ destination: { host } }] }];
    const mesh = shop(
      service('web'),
      // As long as the wildcard that matches it.
      service('w'),
      istio('VirtualService', 'all', { hosts: ['*'], http: to('web') }),
      istio('VirtualService', 'some', { hosts: ['*.shop.svc.cluster.local'], http: to('server') }),
      istio('VirtualService', 'one', { hosts: ['web', 'w'], http: to('web') }),
    );
    const sourceOf = (name: string): unknown =>
      hostNamed(mesh, name).routes?.[0]?.metadata?.filter_metadata['istio'];
    const path = '/apis/networking.istio.io/v1/namespaces/shop/virtual-service';
    expect(sourceOf(`${HOST}:80`)).toEqual({ config: `${path}/some` });
    expect(sourceOf('web.shop.svc.cluster.local:80')).toEqual({ config: `${path}/one` });
    expect(sourceOf('w.shop.svc.cluster.local:80')).toEqual({ config: `${path}/one` });
  });

  test('a name that is no Service is served on port 80', () => {
    const mesh = shop(virtualService([{ route: [toServer] }], { hosts: ['shop.example.com'] }));
    expect(hostNamed(mesh, 'shop.example.com:80').domains).toEqual(['shop.example.com']);
    expect(routesTo(mesh)[0]?.name).toBe('default');
  });

  test('a VirtualService for gateways only says nothing to sidecars', () => {
    const mesh = shop(virtualService([{ route: [toServer] }], { gateways: ['g'] }));
    expect(routesTo(mesh)[0]?.name).toBe('default');
  });

  test('one that its namespace keeps for itself says nothing to others', () => {
    const mesh = shop(
      istio(
        'VirtualService',
        'v',
        { hosts: [HOST], http: [{ route: [{ destination: { host: HOST } }] }], exportTo: ['.'] },
        'elsewhere',
      ),
    );
    expect(routesTo(mesh)[0]?.name).toBe('default');
  });
});
