/** Proves that nothing is skipped in silence, and nothing is said that changes nothing. */
import { describe, expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import {
  deployment,
  destinationRule,
  istio,
  leftOutOf,
  namespace,
  object,
  service,
  shop,
  virtualService,
} from './objects.ts';

test.each([
  ['v1', 'ServiceAccount'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'ConfigMap'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
])('%s %s changes nothing about traffic: not a word', (apiVersion, kind) => {
  expect(leftOutOf(shop(object(apiVersion, kind, 'x', {})))).toEqual([]);
});

test.each([
  ['networking.k8s.io/v1', 'NetworkPolicy', 'is not enforced: every pod can reach every pod'],
  ['security.istio.io/v1', 'AuthorizationPolicy', 'is not enforced: every request is allowed'],
  ['v1', 'Secret', 'is not mounted: containers get their own env values only'],
  ['batch/v1', 'CronJob', 'is not run: no time comes at which it is due'],
  ['example.com/v1', 'Widget', 'is of a kind that is not known here: ignored'],
])('%s %s', (apiVersion, kind, sentence) => {
  expect(leftOutOf(shop(object(apiVersion, kind, 'x', {})))).toEqual([
    `${kind} shop/x: ${sentence}`,
  ]);
});

test('a kind is named once, however many objects there are of it', () => {
  const policies = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    object('networking.k8s.io/v1', 'NetworkPolicy', name, {}),
  );
  expect(leftOutOf(shop(...policies))).toEqual([
    'NetworkPolicy shop/a, shop/b, shop/c and 2 more: is not enforced: every pod can reach every pod',
  ]);
});

test.each([
  ['monitoring.coreos.com/v1', 'ServiceMonitor'],
  ['storage.k8s.io/v1', 'StorageClass'],
])('%s %s only watches, or has nothing to do with traffic: not a word', (apiVersion, kind) => {
  expect(shop(object(apiVersion, kind, 'x', {})).leftOut).toEqual([]);
});

describe('mutual TLS', () => {
  test.each([
    ['STRICT', 1],
    ['PERMISSIVE', 1],
    ['UNSET', 0],
    // Plain text is what it asks for, and what it gets.
    ['DISABLE', 0],
  ])('of a PeerAuthentication with mode %s: %i sentence', (mode, count) => {
    const policy = object('security.istio.io/v1', 'PeerAuthentication', 'p', {
      spec: { mtls: { mode } },
    });
    expect(leftOutOf(shop(policy))).toEqual(
      Array(count).fill(
        'PeerAuthentication shop/p: spec.mtls: mutual TLS is left out; proxies talk plain text to each other',
      ),
    );
  });

  test('of a DestinationRule, wherever in it', () => {
    const tls = { mode: 'ISTIO_MUTUAL' };
    for (const [at, rule] of [
      ['trafficPolicy', destinationRule({ tls })],
      [
        'trafficPolicy.portLevelSettings.0',
        destinationRule({ portLevelSettings: [{ port: { number: 80 }, tls }] }),
      ],
      [
        'subsets.0.trafficPolicy',
        destinationRule({}, { subsets: [{ name: 'v1', trafficPolicy: { tls } }] }),
      ],
    ] as const) {
      expect(leftOutOf(shop(rule))).toEqual([
        `DestinationRule shop/server: spec.${at}.tls: TLS is left out; proxies talk plain text to each other`,
      ]);
    }
    expect(leftOutOf(shop(destinationRule({ tls: { mode: 'DISABLE' } })))).toEqual([]);
  });
});

test('a port that is TLS by its name; one that is TCP is carried', () => {
  expect(leftOutOf(shop(service('db', { name: 'mysql', port: 3306 })))).toEqual([]);
  expect(leftOutOf(shop(service('db', { name: 'https', port: 443 })))).toEqual([
    'Service shop/db: spec.ports: port 443 is TLS by its name: TLS is left out; who asks there speaks ' +
      'plain text, and the proxies pass its bytes on',
  ]);
});

test('which request a call at a TCP port was for', () => {
  const objects = [
    namespace(),
    deployment('front'),
    service('front'),
    deployment('db'),
    service('db', { name: 'mysql', port: 3306 }),
  ];
  const behaviour = { front: { calls: ['db:3306'] } };
  expect(leftOutOf(meshOf(objects, { behaviour })).join('\n')).toContain(
    'Service shop/db: spec.ports: port 3306 is TCP, and shop/front calls it: a call that a breaker refused',
  );
});

test('a Gateway that is not there, and a port of one that is not plain HTTP', () => {
  const server = (port: object, tls?: object): object => ({ port, hosts: ['*'], tls });
  const gateway = istio('Gateway', 'g', {
    selector: { istio: 'other' },
    servers: [
      server({ number: 80, name: 'http', protocol: 'HTTP' }),
      server({ number: 443, name: 'https', protocol: 'HTTPS' }, { mode: 'SIMPLE' }),
    ],
  });
  const routes = virtualService([{ route: [{ destination: { host: 'server' } }] }], {
    gateways: ['mesh', 'g', 'elsewhere/public'],
  });
  expect(leftOutOf(shop(gateway, routes))).toEqual([
    'Gateway shop/g: spec.servers.1: port 443 (HTTPS) is left out; only plain HTTP and TCP are served',
    "VirtualService shop/server: spec.gateways.2: there is no Gateway 'elsewhere/public' among the objects; its routes there are left out",
  ]);
});

test('an access log provider that no mesh has by itself', () => {
  const telemetry = object('telemetry.istio.io/v1', 'Telemetry', 't', {
    spec: { accessLogging: [{ providers: [{ name: 'envoy' }, { name: 'otel' }] }] },
  });
  expect(leftOutOf(shop(telemetry))).toEqual([
    "Telemetry shop/t: spec.accessLogging.0.providers.1.name: there is no access log provider 'otel'; only 'envoy' is known",
  ]);
});

test('containers beside the one that the Service asks for', () => {
  const container = (name: string, containerPort: number): object => ({
    ...{ name, image: name, ports: [{ containerPort }] },
  });
  const containers = [
    container('logs', 9000),
    container('app', 5000),
    { name: 'istio-proxy', image: 'auto' },
  ];
  const made = deployment('two', { labels: { app: 'two' }, spec: { containers } });
  expect(leftOutOf(shop(made, service('two')))).toEqual([
    "Deployment shop/two: spec.template.spec.containers.0: logs is not run beside app, the pod's application",
  ]);
});

test('what a container is not given', () => {
  const containers = [
    {
      name: 'app',
      image: 'app',
      envFrom: [{ configMapRef: { name: 'c' } }],
      volumeMounts: ['config', 'scratch', 'secret', 'kube-api-access-x'].map((name) => ({
        name,
        mountPath: `/${name}`,
      })),
    },
    { name: 'istio-proxy', image: 'auto', envFrom: [{ secretRef: { name: 's' } }] },
  ];
  const volumes = [
    { name: 'config', configMap: { name: 'c' } },
    { name: 'scratch', emptyDir: {} },
    { name: 'secret', secret: { secretName: 's' } },
  ];
  const initContainers = [
    { name: 'istio-init', image: 'auto' },
    { name: 'migrate', image: 'app' },
  ];
  expect(
    leftOutOf(shop(deployment('d', { spec: { containers, volumes, initContainers } }))),
  ).toEqual([
    'Deployment shop/d: spec.template.spec.initContainers.1: migrate is not run',
    'Deployment shop/d: spec.template.spec.containers.0.envFrom.0: there is no ConfigMap c: nothing is set of it',
    'Deployment shop/d: spec.template.spec.containers.0.volumeMounts.2: secret is not mounted; only ConfigMaps are',
  ]);
});

test('a Service that prefers near endpoints by its own word is not followed in that', () => {
  const near = service('near', undefined, { trafficDistribution: 'PreferClose' });
  expect(leftOutOf(shop(near))).toEqual([
    'Service shop/near: spec.trafficDistribution: is left out: no endpoint is preferred for it',
  ]);
});
