/** Proves that an ExternalName Service is another name of what it leads to. */
import { describe, expect, test } from 'vitest';
import { endOf } from '../../../lab/mesh/aliases.ts';
import { serviceCalled } from '../../../lab/mesh/hosts.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { leftOutOf, service, shop } from './objects.ts';

function named(name: string, externalName: string): KubernetesObject {
  return service(name, undefined, { type: 'ExternalName', externalName });
}

const SERVER = 'server.shop.svc.cluster.local';

test('it leads there over any number of names', () => {
  const aliases = new Map([
    ['a', 'b'],
    ['b', 'c'],
  ]);
  expect(endOf('a', aliases)).toBe('c');
  expect(endOf('c', aliases)).toBe('c');
});

test('a circle leads nowhere', () => {
  const aliases = new Map([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  expect(endOf('a', aliases)).toBeUndefined();
});

describe('of a mesh', () => {
  const mesh = shop(named('far', SERVER), named('other', 'far.shop.svc.cluster.local'));

  test('the service has the names, and no Service of its own stands for them', () => {
    expect(mesh.services.map(({ host, aliases }) => [host, aliases])).toEqual([
      [SERVER, ['far.shop.svc.cluster.local', 'other.shop.svc.cluster.local']],
    ]);
    expect(leftOutOf(mesh)).toEqual([]);
  });

  test.each(['far', 'far.shop', 'other.shop.svc', 'far.shop.svc.cluster.local'])(
    'it is called as %s',
    (called) => {
      expect(serviceCalled(mesh.services, called, { namespace: 'shop' })?.host).toBe(SERVER);
    },
  );
});

test('a name of nothing is said', () => {
  expect(leftOutOf(shop(named('far', 'api.example.com')))).toEqual([
    'Service shop/far: spec.externalName: api.example.com is no Service and no host of a ServiceEntry: ' +
      'it is not reached here, and in a mesh no breaker holds for it. Add a ServiceEntry',
  ]);
  expect(leftOutOf(shop(named('far', 'far.shop.svc.cluster.local')))).toEqual([
    'Service shop/far: spec.externalName: leads back to itself: it has no address',
  ]);
});
