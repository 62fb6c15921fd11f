/** Proves that nothing is skipped in silence, and nothing is said that changes nothing. */
import { describe, expect, test } from 'vitest';
import {
  deployment,
  destinationRule,
  istio,
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
  expect(shop(object(apiVersion, kind, 'x', {})).leftOut).toEqual([]);
});

test.each([
  ['networking.k8s.io/v1', 'NetworkPolicy', 'is not enforced: every pod can reach every pod.'],
  ['security.istio.io/v1', 'AuthorizationPolicy', 'is not enforced: every request is allowed.'],
  ['v1', 'Secret', 'is not mounted: containers get their own env values only.'],
  ['apps/v1', 'StatefulSet', 'is not run: only Deployments and Pods are.'],
  [
    'networking.istio.io/v1',
    'ServiceEntry',
    'is not resolved: only Services of the objects can be reached.',
  ],
  ['example.com/v1', 'Widget', 'is of a kind that is not known here: ignored.'],
])('%s %s', (apiVersion, kind, sentence) => {
  expect(shop(object(apiVersion, kind, 'x', { spec: {} })).leftOut).toEqual([
    `${kind} shop/x ${sentence}`,
  ]);
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
    expect(shop(policy).leftOut).toEqual(
      Array(count).fill(
        'PeerAuthentication shop/p: mutual TLS is left out; proxies talk plain text to each other.',
      ),
    );
  });

  test('of a DestinationRule, wherever in it', () => {
    const tls = { mode: 'ISTIO_MUTUAL' };
    const sentence =
      'DestinationRule shop/server: TLS is left out; proxies talk plain text to each other.';
    for (const rule of [
      destinationRule({ tls }),
      destinationRule({ portLevelSettings: [{ port: { number: 80 }, tls }] }),
      destinationRule({}, { subsets: [{ name: 'v1', trafficPolicy: { tls } }] }),
    ]) {
      expect(shop(rule).leftOut).toEqual([sentence]);
    }
    expect(shop(destinationRule({ tls: { mode: 'DISABLE' } })).leftOut).toEqual([]);
  });
});

test('a port that is TCP by its name', () => {
  expect(shop(service('db', { name: 'mysql', port: 3306 })).leftOut).toEqual([
    'Service shop/db: port 3306 is TCP by its name; only HTTP is carried.',
  ]);
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
  expect(shop(gateway, routes).leftOut).toEqual([
    'Gateway shop/g: port 443 (HTTPS) is left out; only plain HTTP is served.',
    "VirtualService shop/server: there is no Gateway 'elsewhere/public' among the objects; its routes there are left out.",
  ]);
});

test('an access log provider that no mesh has by itself', () => {
  const telemetry = object('telemetry.istio.io/v1', 'Telemetry', 't', {
    spec: { accessLogging: [{ providers: [{ name: 'envoy' }, { name: 'otel' }] }] },
  });
  expect(shop(telemetry).leftOut).toEqual([
    "Telemetry shop/t: there is no access log provider 'otel'; only 'envoy' is known.",
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
  expect(shop(deployment('d', { spec: { containers, volumes, initContainers } })).leftOut).toEqual([
    'Deployment shop/d: init container migrate is not run.',
    'Deployment shop/d: container app: envFrom is ignored.',
    'Deployment shop/d: container app: volume secret is not mounted; only ConfigMaps are.',
  ]);
});
