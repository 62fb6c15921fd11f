/** Proves what a Service selects, where it sends to, and which protocol its port's name means. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { protocolOf } from '../../../lab/mesh/protocol.ts';
import { deployment, leftOutOf, namespace, object, service, serviceNamed } from './objects.ts';

describe("a port's protocol", () => {
  test.each([
    ['http', 'http'],
    ['http-web', 'http'],
    ['HTTP-Web', 'http'],
    ['http2', 'http2'],
    ['http2-api', 'http2'],
    ['grpc', 'grpc'],
    ['grpc-web', 'grpc'],
    ['tcp', 'tcp'],
    ['tcp-db', 'tcp'],
    ['https', 'tcp'],
    ['mysql', 'tcp'],
    ['pyserver', 'auto'],
    ['httpweb', 'auto'],
    ['web-http', 'auto'],
    ['', 'auto'],
  ])('by the name %j is %s', (name, protocol) => {
    expect(protocolOf({ name, port: 80 })).toBe(protocol);
  });

  test.each([
    ['http', 'tcp'],
    ['tcp', 'http'],
    ['kubernetes.io/h2c', 'http2'],
    ['kubernetes.io/ws', 'http'],
    ['kubernetes.io/wss', 'tcp'],
    ['example.com/own', 'auto'],
  ])('by appProtocol %j is so whatever its name', (appProtocol, protocol) => {
    const word = { http: 'http', tcp: 'tcp' }[appProtocol];
    expect(protocolOf({ name: 'grpc', port: 80, appProtocol })).toBe(word ?? protocol);
  });

  test.each([25, 53, 3306, 27_017])('of the server-first port %i is never sniffed', (port) => {
    expect(protocolOf({ name: 'db', port })).toBe('tcp');
    expect(protocolOf({ name: 'http', port })).toBe('http');
  });

  test('is decided by what stands before the first hyphen, whatever follows', () => {
    fc.assert(
      fc.property(fc.constantFrom('http', 'http2', 'grpc', 'tcp'), fc.string(), (word, rest) => {
        expect(protocolOf({ name: `${word}-${rest}`, port: 80 })).toBe(word);
      }),
    );
  });
});

describe('endpoints', () => {
  test('are the ready pods of the same namespace that are selected', () => {
    const notReady = {
      ...pod('sick', { app: 'server' }),
      status: { podIP: '10.244.9.9', conditions: [{ type: 'Ready', status: 'False' }] },
    };
    const mesh = meshOf([
      deployment('server', { replicas: 2 }),
      deployment('other'),
      notReady,
      { ...pod('far', { app: 'server' }), metadata: { name: 'far', labels: { app: 'server' } } },
      service('server'),
    ]);
    expect(serviceNamed(mesh, 'server').endpoints.map((endpoint) => endpoint.pod?.name)).toEqual([
      'server-0',
      'server-1',
    ]);
  });

  test.each([
    [{ name: 'http', port: 80, targetPort: 5000 }, { http: 5000 }],
    [{ name: 'http', port: 80, targetPort: 'web' }, { http: 5000 }],
    [{ name: 'http', port: 80 }, { http: 80 }],
    [{ port: 80, targetPort: 5000 }, { '': 5000 }],
    // No container has a port of this name: there is nothing to send to.
    [{ name: 'http', port: 80, targetPort: 'admin' }, {}],
  ])('of a port %j have %j', (port, ports) => {
    const mesh = meshOf([deployment('server'), service('server', port)]);
    expect(serviceNamed(mesh, 'server').endpoints.map((endpoint) => endpoint.ports)).toEqual([
      ports,
    ]);
  });

  test('are those of its EndpointSlices, where it has any', () => {
    const mesh = meshOf([
      deployment('server'),
      service('server'),
      slice('a', [{ addresses: ['10.1.0.1'], targetRef: { kind: 'Pod', name: 'server-0' } }]),
      slice('b', [
        { addresses: ['10.1.0.2'], conditions: { ready: false } },
        { addresses: ['10.1.0.3'], conditions: {} },
      ]),
    ]);
    expect(
      serviceNamed(mesh, 'server').endpoints.map(({ address, ports, pod: target }) => [
        address,
        ports,
        target?.name,
      ]),
    ).toEqual([
      ['10.1.0.1', { http: 5000 }, 'server-0'],
      ['10.1.0.3', { http: 5000 }, undefined],
    ]);
  });

  test('are none for a Service that selects nothing; that is allowed', () => {
    expect(serviceNamed(meshOf([namespace(), service('nobody')]), 'nobody').endpoints).toEqual([]);
  });
});

describe('addresses of Services', () => {
  test('are theirs, or free ones', () => {
    const mesh = meshOf([
      service('a'),
      service('b', undefined, { clusterIP: '10.96.0.1' }),
      service('c', undefined, { clusterIP: 'None' }),
    ]);
    expect(mesh.services.map(({ name, clusterIP }) => [name, clusterIP])).toEqual([
      ['a', '10.96.0.2'],
      ['b', '10.96.0.1'],
      ['c', undefined],
    ]);
    expect(leftOutOf(mesh)).toEqual([]);
  });

  test('a port that is not TCP is left out', () => {
    const mesh = meshOf([service('dns', { name: 'dns', port: 53, protocol: 'UDP' })]);
    expect(serviceNamed(mesh, 'dns').ports).toEqual([]);
    expect(leftOutOf(mesh)).toEqual([
      'Service shop/dns: spec.ports.0.protocol: port 53 (UDP) is not carried',
    ]);
  });
});

function pod(name: string, labels: Record<string, string>): KubernetesObject {
  const made = object('v1', 'Pod', name, { spec: { containers: [{ name: 'a', image: 'a' }] } });
  return { ...made, metadata: { ...made.metadata, labels } };
}

function slice(name: string, endpoints: readonly object[]): KubernetesObject {
  const made = object('discovery.k8s.io/v1', 'EndpointSlice', name, {
    ports: [{ name: 'http', port: 5000 }],
    endpoints,
  });
  return {
    ...made,
    metadata: { ...made.metadata, labels: { 'kubernetes.io/service-name': 'server' } },
  };
}

describe('ports that an API server refuses', () => {
  test.each([
    [[80, 80], ['a', 'b'], 'a port number stands once for each protocol'],
    [[80, 81], ['a', 'a'], 'where there are several, each has a name of its own'],
  ])('%j named %j', (numbers, names, message) => {
    const ports = numbers.map((port, i) => ({ port, name: names[i], targetPort: 5000 }));
    const twice = service('server', undefined, { ports });
    expect(() => meshOf([namespace(), deployment('server'), twice])).toThrow(message);
  });
});
