/**
 * Proves where bytes are sent: tables against what the source of istiod 1.30.3 says
 * (pilot/pkg/networking/core/tls.go, networkfilter.go).
 */
import { describe, expect, test } from 'vitest';
import type { FilterChain, Listener, TcpProxy } from '../../../envoy/listenerMessages.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { istio, leftOutOf, podNamed, service, shop } from '../mesh/objects.ts';

const DB = '10.96.0.2';
const db = service('db', { name: 'tcp', port: 90, targetPort: 5000 });
const other = service('other', { name: 'tcp', port: 91, targetPort: 5000 });

function tcp(routes: readonly object[], more: object = {}): KubernetesObject {
  return istio('VirtualService', 'v', { hosts: ['db'], tcp: routes, ...more });
}

function to(host: string, more: object = {}): object {
  return { destination: { host, ...more } };
}

function listenerOf(objects: readonly KubernetesObject[], name = `${DB}_90`): Listener {
  const mesh = shop(...objects);
  const { listeners } = proxyConfig(mesh, podNamed(mesh, 'client-0'));
  const found = listeners.find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`no listener ${name}`);
  return found;
}

function proxyOf({ filters }: FilterChain): TcpProxy {
  return filters[0]?.typed_config as TcpProxy;
}

/** The cluster of each chain, behind the addresses that it is for; the default last. */
function ways({ filter_chains: chains, default_filter_chain: rest }: Listener): string[] {
  return [...chains, ...(rest === undefined ? [] : [rest])].map((chain) => {
    const { prefix_ranges: ranges = [] } = chain.filter_chain_match ?? {};
    const to = ranges.map((one) => `${one.address_prefix}/${one.prefix_len}`).join();
    return `${to} ${proxyOf(chain).cluster ?? ''}`.trim();
  });
}

const cluster = (host: string, port: number, subset = ''): string =>
  `outbound|${port}|${subset}|${host}.shop.svc.cluster.local`;
const ITSELF = cluster('db', 90);
const ELSEWHERE = cluster('other', 91);

describe('a route for this proxy and port', () => {
  const route = [to('other')];

  test.each([
    ['without a match', {}, [ELSEWHERE]],
    ['with no match in its list', { match: [] }, [ELSEWHERE]],
    ['of the port', { match: [{ port: 90 }] }, [ELSEWHERE]],
    ['of any port', { match: [{ port: 0 }] }, [ELSEWHERE]],
    ['of another port', { match: [{ port: 91 }] }, [ITSELF]],
    ['of the labels', { match: [{ sourceLabels: { app: 'client' } }] }, [ELSEWHERE]],
    ['of others', { match: [{ sourceLabels: { app: 'server' } }] }, [ITSELF]],
    ['of the namespace', { match: [{ sourceNamespace: 'shop' }] }, [ELSEWHERE]],
    ['of another namespace', { match: [{ sourceNamespace: 'away' }] }, [ITSELF]],
    ['of sidecars', { match: [{ gateways: ['g', 'mesh'] }] }, [ELSEWHERE]],
    ['of a gateway', { match: [{ gateways: ['g'] }] }, [ITSELF]],
    // All of a match must hold, also where it names the gateway; of several one is enough.
    ['of half a match', { match: [{ gateways: ['mesh'], port: 91 }] }, [ITSELF]],
    ['of the second match', { match: [{ port: 91 }, { port: 90 }] }, [ELSEWHERE]],
    [
      'of some addresses',
      { match: [{ destinationSubnets: ['10.2.0.0/16', '10.1.1.1'] }] },
      [`10.1.1.1/32,10.2.0.0/16 ${ELSEWHERE}`, ITSELF],
    ],
    [
      'of some addresses, or all',
      { match: [{ destinationSubnets: ['10.2.0.0/16'] }, {}] },
      [ELSEWHERE],
    ],
  ])('%s', (_what, more, expected) => {
    expect(ways(listenerOf([db, other, tcp([{ route, ...more }])]))).toEqual(expected);
  });

  test('the first that takes all is the last that is looked at', () => {
    const routes = [
      { match: [{ destinationSubnets: ['10.2.0.0/16'] }], route: [to('server')] },
      { match: [{ port: 90 }], route },
      { route: [to('server')] },
    ];
    expect(ways(listenerOf([db, other, tcp(routes)]))).toEqual([
      `10.2.0.0/16 ${cluster('server', 80)}`,
      ELSEWHERE,
    ]);
  });

  test('of another host, of a gateway alone, or on a port that is TLS there is none', () => {
    const routes = [{ route }];
    for (const more of [{ hosts: ['other'] }, { gateways: ['g'] }]) {
      expect(ways(listenerOf([db, other, tcp(routes, more)]))).toEqual([ITSELF]);
    }
    const tls = service('db', { name: 'tls', port: 90, targetPort: 5000 });
    expect(ways(listenerOf([tls, other, tcp(routes)]))).toEqual([ITSELF]);
  });

  test('that is sniffed is for what is no HTTP', () => {
    const sniffed = service('db', { name: 'x', port: 90, targetPort: 5000 });
    const listener = listenerOf([sniffed, other, tcp([{ route }])]);
    expect(listener.filter_chains.map(({ filters }) => filters[0]?.name)).toEqual([
      'envoy.filters.network.http_connection_manager',
    ]);
    expect(listener.default_filter_chain && proxyOf(listener.default_filter_chain).cluster).toBe(
      ELSEWHERE,
    );
  });

  test('says which VirtualService it is of', () => {
    const [chain] = listenerOf([db, other, tcp([{ route }])]).filter_chains;
    expect(chain?.metadata?.filter_metadata).toEqual({
      istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/v' },
    });
  });
});

describe('a destination', () => {
  const two = service('two', undefined, {
    ports: [90, 92].map((port) => ({ name: `tcp-${port}`, port })),
  });

  test.each([
    ['with its only port', to('other'), ELSEWHERE],
    ['with the port that it names', to('two', { port: { number: 92 } }), cluster('two', 92)],
    ['of several ports with that of the listener', to('two'), cluster('two', 90)],
    ['with its subset', to('other', { subset: 'v2' }), cluster('other', 91, 'v2')],
    ['that nobody knows', to('nobody'), cluster('nobody', 90)],
  ])('%s', (_what, destination, expected) => {
    const listener = listenerOf([db, other, two, tcp([{ route: [destination] }])]);
    expect(ways(listener)).toEqual([expected]);
  });

  test('that nobody knows is said', () => {
    const mesh = shop(db, tcp([{ route: [to('dbb')] }]));
    expect(leftOutOf(mesh).join('\n')).toContain(
      'spec.tcp.0.route.0.destination.host: no Service has the host dbb.shop.svc.cluster.local: ' +
        'Envoy closes the connection.',
    );
  });

  test('several share the connections by weight, those of weight 0 none', () => {
    const route = [
      { ...to('db'), weight: 75 },
      { ...to('server'), weight: 0 },
      { ...to('other'), weight: 25 },
    ];
    const [chain] = listenerOf([db, other, tcp([{ route }])]).filter_chains;
    expect(chain && proxyOf(chain)).toMatchObject({
      stat_prefix: 'v.shop',
      weighted_clusters: {
        clusters: [
          { name: ITSELF, weight: 75 },
          { name: ELSEWHERE, weight: 25 },
        ],
      },
    });
  });

  test.each([
    [[{ ...to('db'), weight: 0 }, to('other')], /need weights/],
    [[], /route/],
  ])('%#: what Istio refuses does nothing, and is said', (route, said) => {
    const mesh = shop(db, other, tcp([{ route }]));
    expect(leftOutOf(mesh).join('\n')).toMatch(said);
    expect(mesh.virtualServices).toEqual([]);
  });

  test.each(['10.1.0.0/33', 'ten', '10.1.0.0/'])('%s is no subnet', (subnet) => {
    const match = [{ destinationSubnets: [subnet] }];
    const mesh = shop(db, other, tcp([{ match, route: [to('other')] }]));
    expect(leftOutOf(mesh).join('\n')).toContain('must be an IP address or a CIDR block');
  });
});

describe("the first destination's rule", () => {
  const idle = { tcp: { idleTimeout: '7s', maxConnectionDuration: '9s' } };
  const bySource = { consistentHash: { useSourceIp: true } };
  const rule = (spec: object): KubernetesObject =>
    istio('DestinationRule', 'r', { host: 'other', ...spec });
  const settingsOf = (spec: object, destination: object): TcpProxy | undefined => {
    const route = [{ ...destination, weight: 1 }];
    const [chain] = listenerOf([db, other, rule(spec), tcp([{ route }])]).filter_chains;
    return chain && proxyOf(chain);
  };

  test('says how long a connection may be idle, and last; not by port', () => {
    const times = { idle_timeout: '7s', max_downstream_connection_duration: '9s' };
    const spec = { trafficPolicy: { connectionPool: idle } };
    expect(settingsOf(spec, to('other'))).toMatchObject(times);
    const byPort = { portLevelSettings: [{ port: { number: 91 }, connectionPool: idle }] };
    expect(settingsOf({ trafficPolicy: byPort }, to('other'))).not.toHaveProperty('idle_timeout');
  });

  test.each([
    ['the rule hashes', {}, undefined, true],
    ['its subset says nothing', { trafficPolicy: {} }, 'v1', true],
    ['its subset does not', { trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } }, 'v1', false],
  ])('by source where %s', (_what, subset, name, expected) => {
    const spec = {
      trafficPolicy: { loadBalancer: bySource },
      subsets: [{ name: 'v1', ...subset }],
    };
    const proxy = settingsOf(spec, to('other', { subset: name }));
    expect(proxy?.hash_policy).toEqual(expected ? [{ source_ip: {} }] : undefined);
  });
});

test('`tls` routes are left out, and why', () => {
  const tls = [{ match: [{ sniHosts: ['db'] }], route: [to('other')] }];
  expect(leftOutOf(shop(istio('VirtualService', 'v', { hosts: ['db'], tls }))).join()).toBe(
    'VirtualService shop/v: spec.tls: is left out: such routes are for clients that speak TLS and say ' +
      'whom they want (SNI); those here speak plain text',
  );
});

describe('a gateway of TCP', () => {
  const server = { port: { number: 9000, name: 'tcp', protocol: 'TCP' }, hosts: ['db.test'] };
  const gateway = (servers: readonly object[]): KubernetesObject =>
    istio('Gateway', 'g', { selector: { istio: 'ingressgateway' }, servers });
  const wayOf = (routes: readonly object[], more: object = {}): string | undefined => {
    const bound = { hosts: ['db.test'], gateways: ['g'], ...more };
    const mesh = shop(db, other, gateway([server]), tcp(routes, bound));
    const { listeners } = proxyConfig(mesh, podNamed(mesh, 'istio-ingressgateway-0'));
    const [chain] = listeners.find(({ name }) => name === '0.0.0.0_9000')?.filter_chains ?? [];
    return chain && proxyOf(chain).cluster;
  };
  const route = [to('other')];

  test.each([
    ['leads where the route does', [{ route }], {}, ELSEWHERE],
    ['of the port', [{ match: [{ port: 9000 }], route }], {}, ELSEWHERE],
    [
      'of the first that is for it',
      [{ match: [{ port: 1 }], route: [to('db')] }, { route }],
      {},
      ELSEWHERE,
    ],
    ['of the gateway', [{ match: [{ gateways: ['mesh', 'shop/g'] }], route }], {}, ELSEWHERE],
    ['whatever the labels', [{ match: [{ sourceLabels: { a: 'b' } }], route }], {}, ELSEWHERE],
    ['not of sidecars', [{ match: [{ gateways: ['mesh'] }], route }], {}, undefined],
    ['not of another host', [{ route }], { hosts: ['other.test'] }, undefined],
    ['not of another gateway', [{ route }], { gateways: ['h'] }, undefined],
  ])('%s', (_what, routes, more, expected) => {
    expect(wayOf(routes, more)).toBe(expected);
  });

  test('is no longer left out, with TLS it is', () => {
    expect(leftOutOf(shop(gateway([server])))).toEqual([]);
    const tls = { ...server, tls: { mode: 'PASSTHROUGH' } };
    expect(leftOutOf(shop(gateway([tls]))).join()).toContain('only plain HTTP and TCP are served');
  });
});
