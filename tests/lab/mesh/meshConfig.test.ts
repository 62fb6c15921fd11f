/** Proves what is read of a mesh's own configuration, and what is said of the rest. */
import { describe, expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import { readMeshConfig } from '../../../lab/mesh/meshConfig.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import { deployment, leftOutOf, namespace, podNamed, service } from './objects.ts';

const read = (text: string) => readMeshConfig(text, 'mesh.yaml');

describe('a MeshConfig', () => {
  test('is read from a file of its own, or from the ConfigMap that a mesh has', () => {
    const text = 'connectTimeout: 3s\noutboundTrafficPolicy: {mode: REGISTRY_ONLY}\n';
    const config = { connectTimeout: '3s', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
    expect(read(text)).toEqual({ config, leftOut: [] });
    const map = { apiVersion: 'v1', kind: 'ConfigMap', data: { mesh: text, meshNetworks: '' } };
    expect(read(JSON.stringify(map))).toEqual({ config, leftOut: [] });
    expect(read('')).toEqual({ config: {}, leftOut: [] });
  });

  test('has fields that are not modelled, which are said with the mesh', () => {
    const mesh = meshOf([namespace(), deployment('client')], {
      meshConfig: read('trustDomain: a.b\ndefaultTrafficPolicy: {}\nlocalityLbSetting: null'),
    });
    expect(mesh.leftOut).toEqual([
      {
        object: 'MeshConfig',
        field: 'trustDomain',
        sentence: 'is left out: it has no say in what becomes of a request here',
        mayChangeOutcomes: false,
      },
      expect.objectContaining({ field: 'defaultTrafficPolicy', mayChangeOutcomes: true }),
    ]);
    expect(leftOutOf(mesh)[1]).toMatch(/^MeshConfig: defaultTrafficPolicy: is not modelled here/);
  });

  test.each([
    ['connectTimeOut: 3s', /^mesh.yaml: connectTimeOut is no field of MeshConfig.*connectTimeout/],
    ['connectTimeout: 3', /^mesh.yaml: connectTimeout is 3: must be a duration/],
    ['h2UpgradePolicy: MAYBE', /^mesh.yaml: h2UpgradePolicy is "MAYBE": must be/],
    ['- a', /^mesh.yaml: must be a map/],
    ['a: 1\n---\nb: 2', /^mesh.yaml: has several documents/],
  ])('%j is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('tells how many threads a proxy has that no object speaks of', () => {
    const meshConfig = read('defaultConfig: {concurrency: 5, discoveryAddress: istiod:15012}');
    const own = { 'proxy.istio.io/config': 'concurrency: 3' };
    const objects = [namespace(), deployment('a'), deployment('b', { annotations: own })];
    const mesh = meshOf(objects, { meshConfig });
    expect(mesh.pods.map((pod) => pod.proxyConcurrency)).toEqual([5, 3]);
    expect(mesh.leftOut).toEqual([
      expect.objectContaining({
        field: 'defaultConfig.discoveryAddress',
        mayChangeOutcomes: false,
      }),
    ]);
  });

  test('has its times shrunk as those of the objects are', () => {
    const objects = [namespace(), deployment('client'), deployment('server'), service('server')];
    const text =
      'connectTimeout: 2s\ndefaultHttpRetryPolicy: {attempts: 1, perTryTimeout: 1s, backoff: 100ms}';
    const mesh = meshOf(objects, { meshConfig: read(text), timeScale: 0.1 });
    const { routes, clusters } = proxyConfig(mesh, podNamed(mesh, 'client-0'));
    expect(routes[0]?.virtual_hosts[0]?.routes?.[0]?.route?.retry_policy).toMatchObject({
      ...{ num_retries: 1, per_try_timeout: '0.100s' },
      retry_back_off: { base_interval: '0.010s' },
    });
    // The network does not become faster.
    expect(clusters.map((cluster) => cluster.connect_timeout)).toContain('2s');
  });
});
