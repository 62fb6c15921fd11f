/** Proves what an ingress gateway listens to, whom it serves and where it sends a request. */
import { describe, expect, test } from 'vitest';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { deployment, istio, podNamed, service, shop, virtualService } from '../mesh/objects.ts';
import { configuration, hostNamed } from './routing.ts';

const HOST = 'server.shop.svc.cluster.local';
const CLUSTER = `outbound|80||${HOST}`;
const toServer = { destination: { host: 'server' } };

describe('a gateway', () => {
  const gateway = (name: string, ...servers: readonly object[]): KubernetesObject =>
    istio('Gateway', name, { selector: { istio: 'ingressgateway' }, servers });
  const http = (hosts: readonly string[], number = 80): object => ({
    port: { number, name: 'http', protocol: 'HTTP' },
    hosts,
  });
  const through = (
    name: string,
    hosts: readonly string[],
    gateways: readonly string[],
    path?: string,
  ) =>
    istio('VirtualService', name, {
      hosts,
      gateways,
      http: [{ ...(path && { match: [{ uri: { exact: path } }] }), route: [toServer] }],
    });
  const hostsAt = (mesh: Mesh, name = 'http.8080'): [string, (string | undefined)[]][] =>
    configuration(mesh, name, 'istio-ingressgateway-0').virtual_hosts.map((host) => [
      host.name,
      (host.routes ?? []).map(({ match }) => match.path ?? match.prefix),
    ]);

  test('without a VirtualService answers 404: it has no route', () => {
    expect(hostsAt(shop(gateway('g', http(['*']))))).toEqual([['blackhole:80', []]]);
  });

  test('serves the narrower of what the Gateway and the VirtualService name', () => {
    const mesh = shop(
      gateway('g', http(['*.example.com', 'a.test'])),
      through('v', ['b.example.com', '*.test', 'other.org'], ['g']),
    );
    expect(hostsAt(mesh)).toEqual([
      ['a.test:80', ['/']],
      ['b.example.com:80', ['/']],
    ]);
  });

  test('a host for another namespace is not for this one', () => {
    const mesh = shop(gateway('g', http(['other/*', './b.test'])), through('v', ['b.test'], ['g']));
    expect(hostsAt(mesh)).toEqual([['b.test:80', ['/']]]);
  });

  test('joins VirtualServices of one host, the one that catches everything last', () => {
    const mesh = shop(
      gateway('g', http(['*'])),
      through('all', ['*'], ['g']),
      through('some', ['*'], ['shop/g'], '/some'),
    );
    expect(hostsAt(mesh)).toEqual([['*:80', ['/some', '/']]]);
  });

  test('listens where its Service sends each port, and on other ports as they are', () => {
    const mesh = shop(
      gateway('g', http(['*'])),
      gateway('h', http(['h.test'], 9000), http(['i.test'])),
      through('v', ['*'], ['g', 'h']),
    );
    const { listeners } = proxyConfig(mesh, podNamed(mesh, 'istio-ingressgateway-0'));
    expect(listeners.map(({ name }) => name)).toEqual(['0.0.0.0_8080', '0.0.0.0_9000']);
    expect(hostsAt(mesh).map(([name]) => name)).toEqual(['*:80', 'i.test:80']);
    expect(hostsAt(mesh, 'http.9000').map(([name]) => name)).toEqual(['h.test:9000']);
  });

  test('does not serve what asks for TLS, be it only to redirect to it', () => {
    const redirect = { ...http(['*']), tls: { httpsRedirect: true } };
    const mesh = shop(gateway('g', redirect, { ...http(['*'], 443), tls: { mode: 'SIMPLE' } }));
    expect(proxyConfig(mesh, podNamed(mesh, 'istio-ingressgateway-0')).listeners).toEqual([]);
    expect(mesh.leftOut).toHaveLength(2);
  });

  test('takes HTTP/1.1 and HTTP/2 alike, whichever its port is named after', () => {
    const port = { number: 80, name: 'http2', protocol: 'HTTP2' };
    const mesh = shop(gateway('g', { port, hosts: ['*'] }));
    const made = proxyConfig(mesh, podNamed(mesh, 'istio-ingressgateway-0'));
    expect(made.listeners[0]?.filter_chains[0]?.filters[0]?.typed_config).not.toHaveProperty(
      'http2_protocol_options',
    );
  });

  test('sends to the only port of a destination', () => {
    const mesh = shop(
      service('api', { name: 'http', port: 8080 }),
      gateway('g', http(['*'])),
      virtualService([{ route: [{ destination: { host: 'api' } }] }], {
        hosts: ['*'],
        gateways: ['g'],
      }),
    );
    const [host] = configuration(mesh, 'http.8080', 'istio-ingressgateway-0').virtual_hosts;
    expect(host?.routes?.[0]?.route?.cluster).toBe('outbound|8080||api.shop.svc.cluster.local');
  });

  test('for hosts "*" and the mesh too takes over every service of the clients', () => {
    const mesh = shop(gateway('g', http(['*'])), through('v', ['*'], ['g', 'mesh']));
    for (const name of [`${HOST}:80`, 'istio-ingressgateway.istio-system.svc.cluster.local:80']) {
      expect(hostNamed(mesh, name).routes?.[0]?.route?.cluster).toBe(CLUSTER);
    }
  });

  test('is not there for pods it does not select, and a pod without a proxy has nothing', () => {
    const mesh = shop(
      istio('Gateway', 'g', { selector: { istio: 'other' }, servers: [http(['*'])] }),
    );
    expect(mesh.pods.map(({ proxy }) => proxy)).toEqual(['sidecar', 'sidecar']);
    const plain = shop(deployment('plain', { labels: { 'sidecar.istio.io/inject': 'false' } }));
    expect(() => proxyConfig(plain, podNamed(plain, 'plain-0'))).toThrow(
      'shop/plain-0 has no proxy',
    );
  });
});
