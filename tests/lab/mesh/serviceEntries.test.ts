/** Proves which services and endpoints ServiceEntries and WorkloadEntries come to. */
import { describe, expect, test } from 'vitest';
import type { Service } from '../../../lab/mesh/model.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { istio, leftOutOf, service, serviceNamed, shop } from './objects.ts';

const HOST = 'api.example.com';
const HTTP = { number: 80, name: 'http', protocol: 'HTTP' };

function entry(fields: object, name = 'api'): KubernetesObject {
  return istio('ServiceEntry', name, { hosts: [HOST], ports: [HTTP], ...fields });
}

function made(...objects: readonly KubernetesObject[]): Service {
  return serviceNamed(shop(...objects), HOST);
}

function endpoints({ endpoints: all }: Service): [string, Record<string, number>][] {
  return all.map(({ address, ports }) => [address, { ...ports }]);
}

describe('a host', () => {
  test('is its own endpoint where DNS finds it, at the target port', () => {
    const port = { ...HTTP, targetPort: 8080 };
    const api = made(entry({ resolution: 'DNS', ports: [port] }));
    expect(api).toMatchObject({ resolution: 'dns', external: true, entry: 'shop/api' });
    expect(endpoints(api)).toEqual([[HOST, { http: 8080 }]]);
  });

  test('has none where a request goes as it is', () => {
    const api = made(entry({}));
    expect(api).toMatchObject({ resolution: 'none', endpoints: [] });
    expect(api.clusterIP).toBeUndefined();
  });

  test('has those it names, each with its own numbers, labels, place and weight', () => {
    const api = made(
      entry({
        resolution: 'STATIC',
        location: 'MESH_INTERNAL',
        addresses: ['240.0.0.1/32'],
        endpoints: [
          { address: '10.1.1.1', ports: { http: 81 }, labels: { version: 'v1' }, weight: 3 },
          { address: '10.1.1.2', locality: 'here/a/x' },
        ],
      }),
    );
    expect(api).toMatchObject({ resolution: 'endpoints', clusterIP: '240.0.0.1' });
    expect(api.external).toBeUndefined();
    expect(endpoints(api)).toEqual([
      ['10.1.1.1', { http: 81 }],
      ['10.1.1.2', { http: 80 }],
    ]);
    expect(api.endpoints.map(({ entry: own }) => own)).toMatchObject([
      { workload: 'api-0', labels: { version: 'v1' }, weight: 3 },
      { workload: 'api-1', locality: { region: 'here', zone: 'a', subzone: 'x' } },
    ]);
  });

  test('of two entries has the endpoints of both, and the ports of the first', () => {
    const one = { resolution: 'STATIC', endpoints: [{ address: '10.1.1.1' }] };
    const other = {
      ...one,
      endpoints: [{ address: '10.1.1.2' }],
      ports: [{ ...HTTP, number: 81 }],
    };
    const api = made(entry(one, 'a'), entry(other, 'b'));
    expect(api.ports.map(({ port }) => port)).toEqual([80]);
    expect(api.endpoints.map(({ address }) => address)).toEqual(['10.1.1.1', '10.1.1.2']);
  });

  test("of a Service's own name does not take its place", () => {
    const mesh = shop(entry({ hosts: ['server.shop.svc.cluster.local'] }));
    expect(mesh.services.map(({ name }) => name)).toEqual(['server']);
  });
});

describe('a workloadSelector', () => {
  const workload = (labels: object, more: object = {}): KubernetesObject =>
    istio('WorkloadEntry', 'vm', { address: '10.1.1.1', labels, ports: { http: 90 }, ...more });

  test('chooses pods and WorkloadEntries of its namespace', () => {
    const api = made(
      workload({ app: 'server' }),
      entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'server' } } }),
    );
    expect(api.endpoints.map(({ pod, address }) => pod?.name ?? address)).toEqual([
      'server-0',
      '10.1.1.1',
    ]);
    expect(api.endpoints[1]?.ports).toEqual({ http: 90 });
  });

  test('chooses no WorkloadEntry by name where no DNS looks it up', () => {
    const vm = workload({ app: 'vm' }, { address: 'vm.example.com' });
    const chosen = (resolution: string): string[] =>
      made(vm, entry({ resolution, workloadSelector: { labels: { app: 'vm' } } })).endpoints.map(
        ({ address }) => address,
      );
    expect(chosen('STATIC')).toEqual([]);
    expect(chosen('DNS')).toEqual(['vm.example.com']);
  });

  test('of a Service chooses WorkloadEntries, too', () => {
    const mesh = shop(workload({ app: 'vm' }), service('vm'));
    expect(endpoints(serviceNamed(mesh, 'vm'))).toEqual([['10.1.1.1', { http: 90 }]]);
  });
});

describe('what is not done is said', () => {
  test.each([
    [
      { resolution: 'DYNAMIC_DNS', hosts: ['*.example.com'] },
      /^ServiceEntry shop\/api: spec.resol/,
    ],
    [{ resolution: 'STATIC', endpoints: [{ address: 'unix:///x' }] }, /socket/],
    [{ subjectAltNames: ['a'] }, /TLS is left out/],
    [
      { ports: [{ number: 9000, name: 'db', protocol: 'TLS' }] },
      /port 9000 is TLS by its protocol/,
    ],
  ])('%j', (fields, sentence) => {
    expect(leftOutOf(shop(entry(fields))).join('\n')).toMatch(sentence);
  });

  test.each([
    { resolution: 'DNS', hosts: ['*.example.com'] },
    { resolution: 'STATIC', endpoints: [{ address: 'a.example.com' }] },
    { addresses: ['nowhere'] },
  ])('what Istio refuses: %j', (fields) => {
    const mesh = shop(entry(fields));
    expect(mesh.services.map(({ name }) => name)).toEqual(['server']);
    expect(leftOutOf(mesh).join('\n')).toMatch(/Istio's validation refuses it, so it does nothing/);
  });
});
