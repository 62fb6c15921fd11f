/** Proves what becomes of routes that a VirtualService leaves to another. */
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { istio, leftOutOf, shop, virtualService } from './objects.ts';

const toServer = { route: [{ destination: { host: 'server' } }] };

function delegate(http: readonly object[]): KubernetesObject {
  return istio('VirtualService', 'theirs', { http });
}

function httpOf(...objects: readonly KubernetesObject[]): unknown {
  return shop(...objects).virtualServices.map(({ name, spec }) => [name, spec.http]);
}

test('they stand in its place, with what they do not say themselves', () => {
  const root = {
    ...{ name: 'all', delegate: { name: 'theirs' }, timeout: '3s', retries: { attempts: 1 } },
    match: [{ uri: { prefix: '/a' }, headers: { x: { exact: '1' } } }],
  };
  const own = { ...toServer, name: 'b', timeout: '1s', match: [{ uri: { exact: '/a/b' } }] };
  expect(httpOf(virtualService([root, toServer]), delegate([own]))).toEqual([
    [
      'server',
      [
        {
          ...toServer,
          ...{ name: 'all-b', timeout: '1s', retries: { attempts: 1 } },
          match: [{ uri: { exact: '/a/b' }, headers: { x: { exact: '1' } } }],
        },
        toServer,
      ],
    ],
  ]);
});

test.each([
  [{ uri: { prefix: '/a' } }, { uri: { prefix: '/' } }],
  [{ uri: { exact: '/a' } }, { uri: { prefix: '/a' } }],
  [{ uri: { prefix: '/a' } }, { uri: { regex: '/a.*' } }],
  [{ port: 80 }, { port: 81 }],
  [{ headers: { x: { exact: '1' } } }, { headers: { x: { exact: '2' } } }],
  [{ gateways: ['a'] }, { gateways: ['b'] }],
  [{ sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'b' } }],
])('one that matches more is none, and that is said: %j, %j', (match, wider) => {
  const mesh = shop(
    virtualService([{ delegate: { name: 'theirs' }, match: [match] }]),
    delegate([{ ...toServer, match: [wider] }]),
  );
  expect(mesh.virtualServices.map(({ spec }) => spec.http)).toEqual([[]]);
  expect(leftOutOf(mesh).join('\n')).toMatch(
    /http\.0\.delegate: a route of shop\/theirs matches more/,
  );
});

test('nobody to delegate to, and nobody who delegates, are said', () => {
  expect(
    leftOutOf(shop(virtualService([{ delegate: { name: 'none' } }]), delegate([toServer]))),
  ).toEqual([
    'VirtualService shop/server: spec.http.0.delegate: ' +
      'there is no VirtualService shop/none without hosts: its routes are none',
    'VirtualService shop/theirs: spec.hosts: has none, and no other VirtualService delegates to it: it does nothing',
  ]);
});
