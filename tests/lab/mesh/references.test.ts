/** Proves that what names something that is not there does what it does in Istio, and is said. */
import { describe, expect, test } from 'vitest';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import {
  destinationRule,
  istio,
  leftOutOf,
  podNamed,
  service,
  shop,
  virtualService,
} from './objects.ts';

describe('a DestinationRule', () => {
  test.each([
    [
      'sever',
      "sever.shop.svc.cluster.local: the rule does nothing. Did you mean 'server.shop.svc.cluster.local'?",
    ],
    [
      'reviews.books',
      'reviews.books: the rule does nothing. Known: server.shop.svc.cluster.local.',
    ],
    [
      '*.example.com',
      '*.example.com: the rule does nothing. Known: server.shop.svc.cluster.local.',
    ],
  ])('for the host %s, which no Service has', (host, rest) => {
    const mesh = shop(istio('DestinationRule', 'r', { host }));
    expect(mesh.leftOut).toEqual([
      {
        object: 'DestinationRule shop/r',
        field: 'spec.host',
        sentence: `no Service has the host ${rest}`,
        mayChangeOutcomes: true,
      },
    ]);
  });

  test.each(['server', 'server.shop.svc.cluster.local', '*.local', '*'])(
    'for the host %s is for the server',
    (host) => {
      expect(shop(istio('DestinationRule', 'r', { host })).leftOut).toEqual([]);
    },
  );

  test('a short name is one of the own namespace', () => {
    const rule = istio('DestinationRule', 'r', { host: 'server' }, 'elsewhere');
    expect(leftOutOf(shop(rule)).join()).toMatch(
      /^DestinationRule elsewhere\/r: .*server\.elsewhere\.svc\.cluster\.local/,
    );
  });

  test('where there is no Service at all, that is said', () => {
    expect(leftOutOf(meshOf([destinationRule({})]))).toEqual([
      'DestinationRule shop/server: spec.host: there is no Service at all: the rule does nothing. Add one to the objects.',
    ]);
  });
});

describe('a destination', () => {
  const subsets = destinationRule({}, { subsets: [{ name: 'v1', labels: { version: 'v1' } }] });
  const api = service('api', { name: 'http', port: 8080 });

  /** What is said of it, and where a client's proxy sends to. */
  function sentTo(destination: object, ...more: readonly KubernetesObject[]) {
    const mesh = shop(virtualService([{ route: [{ destination }] }]), ...more);
    const { routes } = proxyConfig(mesh, podNamed(mesh, 'client-0'));
    const host = routes
      .find(({ name }) => name === '80')
      ?.virtual_hosts.find(({ name }) => name === 'server.shop.svc.cluster.local:80');
    const action = host?.routes?.[0]?.route;
    return { said: leftOutOf(mesh), cluster: action?.cluster };
  }

  const at = 'VirtualService shop/server: spec.http.0.route.0.destination';
  const instead = 'Envoy answers 503 in its place.';

  test.each([
    [
      { host: 'servr' },
      [],
      `${at}.host: no Service has the host servr.shop.svc.cluster.local: ${instead} Did you mean 'server.shop.svc.cluster.local'?`,
      'outbound|80||servr.shop.svc.cluster.local',
    ],
    [
      { host: 'server', subset: 'v1' },
      [],
      `${at}.subset: no subset of server.shop.svc.cluster.local has the name 'v1': ${instead} No DestinationRule of this host has subsets.`,
      'outbound|80|v1|server.shop.svc.cluster.local',
    ],
    [
      { host: 'server', subset: 'v2' },
      [subsets],
      `${at}.subset: no subset of server.shop.svc.cluster.local has the name 'v2': ${instead} Did you mean 'v1'?`,
      'outbound|80|v2|server.shop.svc.cluster.local',
    ],
    [
      { host: 'server', port: { number: 8080 } },
      [],
      `${at}.port.number: Service shop/server has no port 8080: ${instead} Known: 80.`,
      'outbound|8080||server.shop.svc.cluster.local',
    ],
    [
      { host: 'server', subset: 'v1', port: { number: 80 } },
      [subsets],
      undefined,
      'outbound|80|v1|server.shop.svc.cluster.local',
    ],
    [
      { host: 'api', port: { number: 8080 } },
      [api],
      undefined,
      'outbound|8080||api.shop.svc.cluster.local',
    ],
  ])('%j', (destination, more, said, cluster) => {
    expect(sentTo(destination, ...more)).toEqual({
      said: said === undefined ? [] : [said],
      cluster,
    });
  });
});
