/** What is made up where the objects are no whole experiment, and that it is said. */
import { describe, expect, it, test } from 'vitest';
import { CLIENT } from '../../../apps/contract.ts';
import { loadLine } from '../../../experiment/loadLine.ts';
import type { Given } from '../../../lab/mesh/given.ts';
import { complete } from '../../../lab/mesh/madeUp/complete.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { loadModeOf, serviceTimeOf } from '../../../lab/mesh/told.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { objects as whole } from '../../support/manifests.ts';

function rule(kind: string, spec: object, name = 'shop'): KubernetesObject {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name }, spec };
}

function pod(name: string, container: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name, ...container }] },
  };
}

function service(name: string, port: object = { name: 'http', port: 80 }): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [port] },
  };
}

const shop = rule('DestinationRule', { host: 'shop' });

function meshWith(objects: readonly KubernetesObject[], given: Given = {}): Mesh {
  return complete(objects, given).mesh;
}

/** Each client's variables, by its workload. */
function sent({ pods }: Mesh): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(
    pods.flatMap(({ namespace, workload, runs }) =>
      runs.app === 'client' ? [[`${namespace}/${workload}`, runs.env]] : [],
    ),
  );
}

function behind(mesh: Mesh): Record<string, string[]> {
  return Object.fromEntries(
    mesh.services.map(({ host, endpoints }) => [
      host.replace('.svc.cluster.local', ''),
      endpoints.map(({ pod: one }) => one?.name ?? ''),
    ]),
  );
}

describe('rules alone', () => {
  it('get a Service with pods behind it, a namespace with sidecars, and a client in front', () => {
    const mesh = meshWith([shop]);
    expect(behind(mesh)).toEqual({ 'shop.default': ['shop-0'] });
    expect(mesh.pods.map(({ proxy }) => proxy)).toEqual(['sidecar', 'sidecar']);
    expect(sent(mesh)).toMatchObject({
      'default/client': { MODE: 'batch', BATCH_SIZE: '10', URL: 'http://shop/' },
    });
    expect(mesh.madeUp).toEqual([
      'Service default/shop: made up, at port 80 (http), with Deployment shop (1 pod) behind it, which answers after 10ms unless a behaviour is given.',
      'Namespace default: made up, with sidecar injection (istio-injection: enabled).',
      'Deployment default/client: made up, as nobody sends; it sends batch(10, every=1s) to http://shop/, made up as well.',
    ]);
  });

  it('get pods with the labels of each subset, as many as is said', () => {
    const subsets = [
      { name: 'v1', labels: { version: 'one' } },
      { name: 'v2', labels: { version: 'two' } },
    ];
    const mesh = meshWith(
      [rule('DestinationRule', { host: 'shop.sales.svc.cluster.local', subsets })],
      {
        replicas: { 'shop-v2': 3 },
      },
    );
    expect(behind(mesh)).toEqual({
      'shop.sales': ['shop-v1-0', 'shop-v2-0', 'shop-v2-1', 'shop-v2-2'],
    });
    expect(mesh.pods.map(({ labels }) => labels['version'])).toEqual([
      'one',
      'two',
      'two',
      'two',
      undefined,
    ]);
    expect(sent(mesh)).toMatchObject({ 'sales/client': { URL: 'http://shop/' } });
  });

  it('get the ports that they name', () => {
    const route = [{ destination: { host: 'shop', port: { number: 9080 } } }];
    const mesh = meshWith([
      rule('VirtualService', {
        hosts: ['shop'],
        http: [{ match: [{ uri: { prefix: '/api' } }], route }],
      }),
    ]);
    expect(mesh.services.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[9080]]);
    expect(sent(mesh)).toMatchObject({ 'default/client': { URL: 'http://shop:9080/api' } });
  });

  it('get the load and the behaviour that are given', () => {
    const mesh = meshWith([shop], {
      load: loadLine('closed(50)').load,
      behaviour: { '*': { serviceTime: '20ms' } },
    });
    expect(sent(mesh)).toMatchObject({ 'default/client': { MODE: 'closed', WORKERS: '50' } });
    expect(loadModeOf(mesh)).toBe('closed');
    expect(serviceTimeOf(mesh, 1)).toBe('20ms');
  });

  it('shrink with the time', () => {
    const mesh = meshWith([shop], { timeScale: 0.1, load: loadLine('batch(3, every=2s)').load });
    expect(sent(mesh)).toMatchObject({ 'default/client': { INTERVAL: '200ms' } });
    expect(serviceTimeOf(mesh, 0.1)).toBe('10ms');
  });

  test.each(['*.default.svc.cluster.local', 'www.example.com'])(
    'for %s nothing is made up',
    (host) => {
      expect(meshWith([rule('DestinationRule', { host })])).toMatchObject({
        services: [],
        pods: [],
        madeUp: [],
      });
    },
  );
});

describe('what is there', () => {
  it('is left as it is where it is whole', () => {
    const all = Object.values(whole) as unknown as KubernetesObject[];
    const { objects, mesh } = complete(all);
    expect(objects).toEqual(all);
    expect(mesh.madeUp).toEqual([]);
  });

  it('makes a host that no Service has a mistake, as in Istio', () => {
    const mesh = meshWith([
      rule('DestinationRule', { host: 'shpo' }),
      service('shop'),
      pod('shop', { image: 'shop:1' }),
    ]);
    expect(behind(mesh)).toEqual({ 'shop.default': ['shop'] });
    expect(mesh.leftOut.map(({ object }) => object)).toContain('DestinationRule default/shop');
  });

  it('sends in place of somebody who types a command in a toolbox', () => {
    const mesh = meshWith([
      service('shop'),
      pod('shop', { image: 'shop:1' }),
      pod('sleep', { image: 'curlimages/curl', command: ['sleep', '1d'] }),
    ]);
    expect(sent(mesh)).toMatchObject({ 'default/sleep': { MODE: 'batch', URL: 'http://shop/' } });
  });

  it('is asked at the door: not what other workloads call', () => {
    const mesh = meshWith(
      [
        ...['details', 'page'].flatMap((name) => [
          service(name),
          pod(name, { image: `${name}:1` }),
          rule('DestinationRule', { host: name }, name),
        ]),
      ],
      { behaviour: { page: { calls: ['details'] } } },
    );
    expect(sent(mesh)).toMatchObject({ 'default/client': { URL: 'http://page/' } });
  });

  it('is asked at a TCP port only where nothing is HTTP', () => {
    const db = [service('db', { name: 'mysql', port: 3306 }), pod('db', { image: 'mysql' })];
    const ruled = rule('DestinationRule', { host: 'db' }, 'db');
    const url = (objects: KubernetesObject[]): unknown =>
      sent(meshWith(objects))['default/client']?.['URL'];
    expect(url([...db, ruled])).toBe('http://db:3306/');
    expect(url([...db, ruled, service('web'), pod('web', { image: 'web' })])).toBe('http://web/');
  });
});

describe('images of clients', () => {
  const shopHere = [service('shop'), pod('shop', { image: 'shop:1' })];

  test.each([
    [
      {
        image: 'fortio/fortio',
        args: ['load', '-c', '2', '-qps', '0', '-n', '20', 'http://shop/'],
      },
      { MODE: 'closed', WORKERS: '2', REQUESTS: '20' },
    ],
    [
      { image: 'a/b', command: ['sh', '-c', 'sleep 5; hey -n 20 -c 4 http://shop/\nsleep 1d'] },
      { MODE: 'closed', WORKERS: '4', REQUESTS: '20' },
    ],
    [{ image: 'py_client:latest' }, { MODE: 'batch', BATCH_SIZE: '10', INTERVAL: '20s' }],
  ])('%j', (container, env) => {
    const mesh = meshWith([...shopHere, pod('tool', container)]);
    expect(sent(mesh)).toEqual({ 'default/tool': expect.objectContaining(env) as unknown });
  });

  test.each([
    [
      { image: 'fortio/fortio', args: ['load', '-x', 'http://shop/'] },
      'its command line is not understood',
    ],
    [
      { image: 'curlimages/curl', command: ['sh', '-c', 'while true; do curl http://shop/; done'] },
      'its script is not understood',
    ],
  ])('%j sends nothing of its own, and says so', (container, why) => {
    const silent = meshWith([
      ...shopHere,
      pod('tool', container),
      pod('client', { image: 'circuit-lab-client' }),
    ]);
    const runs = silent.pods.find(({ name }) => name === 'tool')?.runs;
    expect(runs).toMatchObject({ app: 'idle', said: expect.stringContaining(why) as string });
  });

  it('are told another load where one is given, and nothing of their own stays', () => {
    const mesh = meshWith([...shopHere, pod('tool', { image: 'py_client' })], {
      load: loadLine('poisson(5/s)').load,
      timeScale: 0.5,
    });
    const {
      [CLIENT.mode]: mode,
      [CLIENT.rate]: rate,
      [CLIENT.interval]: interval,
      [CLIENT.url]: url,
    } = sent(mesh)['default/tool'] ?? {};
    expect({ mode, rate, interval, url }).toEqual({
      mode: 'poisson',
      rate: '10/s',
      interval: undefined,
      url: 'http://pyserver/index',
    });
  });

  it('cannot be judged together where some send in batches', () => {
    const mesh = meshWith([
      ...shopHere,
      pod('a', { image: 'py_client' }),
      pod('b', { image: 'hey', args: ['http://shop/'] }),
    ]);
    expect(() => loadModeOf(mesh)).toThrow('they cannot be judged as one load');
  });
});
