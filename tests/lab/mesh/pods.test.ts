/** Proves who the pods are, where they are, and which of them have a sidecar. */
import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { deployment, leftOutOf, namespace, object, podNamed, service, shop } from './objects.ts';

const CONTAINERS = [{ name: 'app', image: 'app' }];

describe('replicas of a Deployment', () => {
  test('are pods with a number, an address each, and its name as their workload', () => {
    const { pods } = meshOf([namespace(), deployment('server', { replicas: 3 })]);
    expect(pods.map(({ name, ip, workload, ready }) => ({ name, ip, workload, ready }))).toEqual([
      { name: 'server-0', ip: '10.244.0.1', workload: 'server', ready: true },
      { name: 'server-1', ip: '10.244.0.2', workload: 'server', ready: true },
      { name: 'server-2', ip: '10.244.0.3', workload: 'server', ready: true },
    ]);
  });

  test('are as many as asked, all with different addresses, whatever the numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 8 }), (replicas) => {
        const { pods } = meshOf(
          replicas.map((count, i) => deployment(`d${i}`, { replicas: count })),
        );
        expect(pods).toHaveLength(replicas.reduce((sum, count) => sum + count, 0));
        expect(new Set(pods.map(({ ip }) => ip)).size).toBe(pods.length);
      }),
    );
  });

  test('are not made where their pods are given: the dump of a cluster has both', () => {
    const { pods } = meshOf([deployment('server', { replicas: 2 }), livePod()]);
    expect(pods.map(({ name }) => name)).toEqual(['server-abc-x1']);
  });

  test('never take an address that a given pod has', () => {
    const { pods } = meshOf([deployment('other'), livePod('10.244.0.1')]);
    expect(pods.map(({ name, ip }) => [name, ip])).toEqual([
      ['server-abc-x1', '10.244.0.1'],
      ['other-0', '10.244.0.2'],
    ]);
  });
});

describe('a given pod', () => {
  test('is of the Deployment behind its ReplicaSet, without the hash, as istiod reads it', () => {
    expect(podNamed(meshOf([livePod()]), 'server-abc-x1').workload).toBe('server');
  });

  test.each([
    [[{ type: 'Ready', status: 'True' }], true],
    [[{ type: 'Ready', status: 'False' }], false],
    [undefined, true],
  ])('with conditions %j is ready: %s', (conditions, ready) => {
    const pod = object('v1', 'Pod', 'p', {
      spec: { containers: CONTAINERS },
      status: conditions === undefined ? {} : { conditions },
    });
    expect(podNamed(meshOf([pod]), 'p').ready).toBe(ready);
  });

  test('that runs without the marks of injection has no sidecar, whatever its namespace says', () => {
    expect(podNamed(meshOf([namespace(), livePod()]), 'server-abc-x1').proxy).toBe('none');
  });

  test.each([
    [{ 'security.istio.io/tlsMode': 'istio' }, {}],
    [{}, { 'sidecar.istio.io/status': '{}' }],
  ])('with labels %j and annotations %j has one', (labels, annotations) => {
    const pod = {
      ...livePod(),
      metadata: { name: 'p', namespace: 'elsewhere', labels, annotations },
    };
    expect(podNamed(meshOf([pod]), 'p').proxy).toBe('sidecar');
  });

  test('labelled istio: ingressgateway is a gateway', () => {
    const pod = object('v1', 'Pod', 'p', { spec: { containers: CONTAINERS } });
    const labelled = { ...pod, metadata: { ...pod.metadata, labels: { istio: 'ingressgateway' } } };
    expect(podNamed(meshOf([labelled]), 'p').proxy).toBe('gateway');
  });
});

test.each([
  ['gateway', 'enabled', 'gateway'],
  ['sidecar,gateway', 'enabled', 'gateway'],
  ['sidecar', 'enabled', 'sidecar'],
  ['gateway', 'disabled', 'none'],
])(
  'of a pod that asks for the template %s, with injection %s: %s',
  (templates, injection, proxy) => {
    const annotations = { 'inject.istio.io/templates': templates };
    const own = deployment('entry', { labels: { app: 'entry', istio: 'mine' }, annotations });
    const mesh = meshOf([namespace({ 'istio-injection': injection }), own]);
    expect(podNamed(mesh, 'entry-0').proxy).toBe(proxy);
  },
);

describe('injection', () => {
  const INJECT = 'sidecar.istio.io/inject';
  test.each([
    [{ 'istio-injection': 'enabled' }, {}, {}, 'sidecar'],
    [{ 'istio.io/rev': 'stable' }, {}, {}, 'sidecar'],
    [{}, {}, {}, 'none'],
    [{ 'istio-injection': 'enabled' }, { [INJECT]: 'false' }, {}, 'none'],
    [{ 'istio-injection': 'enabled' }, {}, { [INJECT]: 'false' }, 'none'],
    [{}, { [INJECT]: 'true' }, {}, 'sidecar'],
    // The label has the last word; the webhook never sees annotations outside its namespaces.
    [{ 'istio-injection': 'enabled' }, { [INJECT]: 'true' }, { [INJECT]: 'false' }, 'sidecar'],
    [{}, {}, { [INJECT]: 'true' }, 'none'],
    [{ 'istio-injection': 'disabled' }, { [INJECT]: 'true' }, {}, 'none'],
  ])('namespace %j, labels %j, annotations %j: %s', (ofNamespace, labels, annotations, proxy) => {
    const mesh = meshOf([namespace(ofNamespace), deployment('server', { labels, annotations })]);
    expect(podNamed(mesh, 'server-0').proxy).toBe(proxy);
  });

  test('leaves out pods on the network of their node', () => {
    const mesh = meshOf([namespace(), deployment('server', { spec: { hostNetwork: true } })]);
    expect(podNamed(mesh, 'server-0').proxy).toBe('none');
  });
});

describe('worker threads of the proxy', () => {
  const ALL = availableParallelism();

  test.each([
    [{}, 2],
    [{ 'proxy.istio.io/config': 'concurrency: 1\n' }, 1],
    [{ 'proxy.istio.io/config': '{"concurrency": 4, "holdApplicationUntilProxyStarts": true}' }, 4],
    [{ 'proxy.istio.io/config': 'holdApplicationUntilProxyStarts: true' }, 2],
    [{ 'proxy.istio.io/config': 'concurrency: 0' }, ALL],
    [{ 'sidecar.istio.io/proxyCPULimit': '3' }, 3],
    [{ 'sidecar.istio.io/proxyCPULimit': '100m' }, 1],
    [{ 'sidecar.istio.io/proxyCPULimit': '1500m' }, 2],
    [{ 'sidecar.istio.io/proxyCPULimit': '3', 'proxy.istio.io/config': 'concurrency: 1' }, 1],
    // What says one of a proxy's resources takes away the injector's own limit.
    [{ 'sidecar.istio.io/proxyCPU': '100m' }, ALL],
    [{ 'sidecar.istio.io/proxyMemoryLimit': '1Gi' }, ALL],
  ])('annotations %j: %i', (annotations, expected) => {
    const mesh = meshOf([deployment('server', { annotations })]);
    expect(podNamed(mesh, 'server-0').proxyConcurrency).toBe(expected);
  });

  test.each([
    ['concurrency: -1', 'concurrency is -1: must be a whole number of worker threads'],
    ['concurrency: {', 'is not YAML: '],
  ])('an annotation that cannot be: %s', (text, what) => {
    const annotations = { 'proxy.istio.io/config': text };
    expect(() => meshOf([deployment('server', { annotations })])).toThrow(
      `Deployment shop/server: annotation proxy.istio.io/config: ${what}`,
    );
  });

  const config = (name: string, spec: object, place = 'shop'): KubernetesObject =>
    object('networking.istio.io/v1beta1', 'ProxyConfig', name, { spec }, place);
  const chosen = { selector: { matchLabels: { app: 'server' } }, concurrency: 3 };
  const ofNamespace = config('namespace', { concurrency: 4 });
  const ofRoot = config('root', { concurrency: 5 }, 'istio-system');

  test.each([
    ['the one that selects the pod', [ofRoot, ofNamespace, config('own', chosen)], {}, 3],
    ["else the namespace's", [ofRoot, ofNamespace], {}, 4],
    ["else the root namespace's", [ofRoot], {}, 5],
    ['before them the annotation', [ofRoot], { 'proxy.istio.io/config': 'concurrency: 1' }, 1],
    ['after them the limit', [config('none', {})], { 'sidecar.istio.io/proxyCPULimit': '6' }, 6],
  ])('of ProxyConfigs %s', (_, configs, annotations, expected) => {
    const mesh = meshOf([...configs, deployment('server', { annotations })]);
    expect(podNamed(mesh, 'server-0').proxyConcurrency).toBe(expected);
  });

  test("of a proxy's own container, its limit", () => {
    const proxy = (resources?: object): object => ({
      ...{ name: 'istio-proxy', image: 'auto' },
      ...(resources && { resources }),
    });
    const threadsOf = (resources?: object): number | undefined =>
      meshOf([deployment('a', { spec: { containers: [proxy(resources)] } })]).pods[0]
        ?.proxyConcurrency;
    expect(threadsOf({ limits: { cpu: 4 } })).toBe(4);
    expect(threadsOf({ requests: { cpu: 4 } })).toBe(ALL);
    expect(threadsOf()).toBe(2);
  });

  test('that are given are all of them', () => {
    const annotations = { 'proxy.istio.io/config': 'concurrency: 1' };
    const mesh = meshOf([deployment('server', { annotations })], { proxyConcurrency: 7 });
    expect(podNamed(mesh, 'server-0').proxyConcurrency).toBe(7);
  });
});

describe('the ingress gateway', () => {
  const gateway = object('networking.istio.io/v1', 'Gateway', 'g', {
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  });

  test('stands there already when a Gateway selects it, with its Service', () => {
    const mesh = shop(gateway);
    const pod = podNamed(mesh, 'istio-ingressgateway-0');
    expect(pod).toMatchObject({
      namespace: 'istio-system',
      proxy: 'gateway',
      workload: 'istio-ingressgateway',
      containers: [],
    });
    const ingress = mesh.services.find(({ name }) => name === 'istio-ingressgateway');
    expect(ingress?.ports.map(({ port, targetPort }) => [port, targetPort])).toEqual([
      [15021, 15021],
      [80, 8080],
      [443, 8443],
    ]);
    expect(ingress?.endpoints.map(({ address }) => address)).toEqual([pod.ip]);
    expect(leftOutOf(mesh)).toEqual([]);
  });

  test('is not added to one that is given, nor where no Gateway asks for it', () => {
    const own = object('v1', 'Pod', 'my-ingress', { spec: { containers: CONTAINERS } });
    const labelled = { ...own, metadata: { ...own.metadata, labels: { istio: 'ingressgateway' } } };
    expect(meshOf([gateway, labelled]).pods.map(({ name }) => name)).toEqual(['my-ingress']);
    expect(meshOf([service('server')]).pods).toEqual([]);
    const replica = deployment('istio-ingressgateway', { labels: { istio: 'ingressgateway' } });
    expect(meshOf([gateway, replica]).pods.map(({ name, proxy }) => [name, proxy])).toEqual([
      ['istio-ingressgateway-0', 'gateway'],
    ]);
  });

  test('has the Service that is given, where one is', () => {
    const own = service('istio-ingressgateway', { name: 'http', port: 80, targetPort: 9090 });
    const ports = shop(gateway, own).services.flatMap((each) =>
      each.name === 'istio-ingressgateway' ? each.ports : [],
    );
    expect(ports.map(({ targetPort }) => targetPort)).toEqual([9090]);
  });
});

function livePod(podIP = '10.244.3.7'): ReturnType<typeof object> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'server-abc-x1',
      namespace: 'shop',
      labels: { app: 'server', 'pod-template-hash': 'abc' },
      generateName: 'server-abc-',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'server-abc', controller: true }],
    },
    spec: { containers: CONTAINERS },
    status: { podIP, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
