/** Proves how a pod is reached: ports, mutual TLS, retries and logs on the way in. */
import { describe, expect, test } from 'vitest';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { FilterChain, Listener } from '../../../envoy/listenerMessages.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { object, podNamed, service, shop } from '../mesh/objects.ts';

function listener(mesh: Mesh, name: string, pod = 'server-0'): Listener {
  const found = proxyConfig(mesh, podNamed(mesh, pod)).listeners.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`no listener ${name}`);
  return found;
}

function chainsOf(mesh: Mesh, port: number): readonly FilterChain[] {
  return listener(mesh, 'virtualInbound').filter_chains.filter(
    ({ filter_chain_match }) => filter_chain_match?.destination_port === port,
  );
}

describe('ports on the way in', () => {
  test('a port behind two Services is one; the first decides and both are named', () => {
    const again = service(
      'again',
      { name: 'tcp', port: 80, targetPort: 5000 },
      {
        selector: { app: 'server' },
      },
    );
    const mesh = shop(again);
    const { clusters } = proxyConfig(mesh, podNamed(mesh, 'server-0'));
    const inbound = clusters.filter(({ name }) => name.startsWith('inbound|'));
    expect(inbound.map(({ name }) => name)).toEqual(['inbound|5000||']);
    expect(JSON.stringify(inbound[0]?.metadata)).toMatch(/"name":"server".*"name":"again"/);
    expect(chainsOf(mesh, 5000)[0]?.filters[0]?.name).toMatch('http_connection_manager');
  });

  test('a Service that reaches it by another port number is not named', () => {
    const other = service(
      'other',
      { name: 'http', port: 8080, targetPort: 5000 },
      { selector: { app: 'server' } },
    );
    const mesh = shop(other);
    const { clusters } = proxyConfig(mesh, podNamed(mesh, 'server-0'));
    const inbound = clusters.find(({ name }) => name === 'inbound|5000||');
    expect(JSON.stringify(inbound?.metadata)).not.toContain('"name":"other"');
  });

  test('stand in ascending order', () => {
    const admin = service(
      'admin',
      { name: 'http', port: 81, targetPort: 900 },
      { selector: { app: 'server' } },
    );
    const ports = listener(shop(admin), 'virtualInbound').filter_chains.map(
      ({ filter_chain_match }) => filter_chain_match?.destination_port,
    );
    expect(ports.filter((port) => port === 900 || port === 5000)).toEqual([900, 900, 5000, 5000]);
  });

  test('a pod behind no Service has none, and still its way for other ports', () => {
    const mesh = shop();
    const { clusters } = proxyConfig(mesh, podNamed(mesh, 'client-0'));
    expect(clusters.filter(({ name }) => name.startsWith('inbound|'))).toEqual([]);
    expect(
      listener(mesh, 'virtualInbound', 'client-0').filter_chains.map(({ name }) => name),
    ).toContain('virtualInbound-catchall-http');
  });

  test('gRPC is not sent again by the sidecar in front of it, HTTP is', () => {
    const retried = (name: string): boolean => {
      const mesh = shop(
        service('own', { name, port: 81, targetPort: 6000 }, { selector: { app: 'server' } }),
      );
      return JSON.stringify(chainsOf(mesh, 6000)).includes('reset-before-request');
    };
    expect(retried('grpc')).toBe(false);
    expect(retried('http')).toBe(true);
  });
});

describe('mutual TLS on the way in', () => {
  const peers = (spec: object, namespace = 'shop'): KubernetesObject =>
    object('security.istio.io/v1', 'PeerAuthentication', `p-${namespace}`, { spec }, namespace);
  const protocols = (mesh: Mesh): (string | undefined)[] =>
    chainsOf(mesh, 5000).map(({ filter_chain_match }) => filter_chain_match?.transport_protocol);
  const matchLabels = { app: 'server' };

  test.each([
    ['by default both', [], ['tls', 'raw_buffer']],
    ['as the mesh says', [peers({ mtls: { mode: 'STRICT' } }, 'istio-system')], ['tls']],
    [
      'as the namespace says, before the mesh',
      [peers({ mtls: { mode: 'STRICT' } }, 'istio-system'), peers({ mtls: { mode: 'DISABLE' } })],
      ['raw_buffer'],
    ],
    [
      'as the mesh says where the namespace leaves it unset',
      [peers({ mtls: { mode: 'STRICT' } }, 'istio-system'), peers({ mtls: { mode: 'UNSET' } })],
      ['tls'],
    ],
    [
      'as the workload says',
      [peers({ selector: { matchLabels }, mtls: { mode: 'STRICT' } })],
      ['tls'],
    ],
    [
      'as the workload says for the port',
      [
        peers({
          selector: { matchLabels },
          mtls: { mode: 'STRICT' },
          portLevelMtls: { '5000': { mode: 'DISABLE' } },
        }),
      ],
      ['raw_buffer'],
    ],
    [
      'not as another workload says',
      [peers({ selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'STRICT' } })],
      ['tls', 'raw_buffer'],
    ],
  ])('%s', (_what, policies, expected) => {
    expect(protocols(shop(...policies))).toEqual(expected);
  });
});

describe('access logs', () => {
  const telemetry = (name: string, spec: object, namespace = 'shop'): KubernetesObject =>
    object('telemetry.istio.io/v1', 'Telemetry', name, { spec }, namespace);
  const on = { accessLogging: [{ providers: [{ name: 'envoy' }] }] };
  const off = { accessLogging: [{ providers: [{ name: 'envoy' }], disabled: true }] };
  const selector = { matchLabels: { app: 'server' } };
  const isLogged = (mesh: Mesh, pod: string): boolean =>
    listener(mesh, 'virtualInbound', pod).access_log !== undefined;

  test.each([
    [[], false, false],
    [[telemetry('mesh', on, 'istio-system')], true, true],
    [[telemetry('mesh', on, 'istio-system'), telemetry('own', off)], false, false],
    [[telemetry('one', { selector, ...on })], true, false],
    [[telemetry('own', on), telemetry('one', { selector, ...off })], false, true],
    // Another topic is no word on logs.
    [[telemetry('mesh', on, 'istio-system'), telemetry('own', {})], true, true],
    // No provider: the mesh's default ones, of which it has none.
    [[telemetry('own', { accessLogging: [{}] })], false, false],
  ])('%#: server %s, client %s', (objects, server, client) => {
    const mesh = shop(...objects);
    expect([isLogged(mesh, 'server-0'), isLogged(mesh, 'client-0')]).toEqual([server, client]);
  });
});
