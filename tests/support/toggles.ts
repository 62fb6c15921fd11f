/**
 * Every key of Pulumi.yaml with values to turn it to, over a base on which each is allowed: what a
 * person does to a stack that is there already.
 */
import type { Key } from '../../config/keys.ts';

export type Settings = Readonly<Partial<Record<Key, unknown>>>;

/** A stack that has something to take away, and whose run takes a moment. */
export const BASE: Settings = {
  serverDelay: '20ms',
  batchInterval: '100ms',
  batchSize: 4,
  batches: 1,
  maxConnections: 2,
  http1MaxPendingRequests: 1,
};

export interface Toggle {
  readonly key: Key;
  readonly value: unknown;
  /** What the value needs beside it. */
  readonly given?: Settings;
}

const split = { v1: { weight: 50 }, v2: { weight: 50, status: 502 } };

/** Values of each key; with what they need beside them where that is not in the base. */
const VALUES: Readonly<Record<Key, readonly (readonly [value: unknown, given?: Settings])[]>> = {
  platform: [['kubernetes']],
  description: [['in other words']],
  seed: [['somebody']],
  expect: [[[{ name: 'some answer', status: 200, cold: true, count: [1, 4] }]]],
  batches: [[2]],
  warmBatches: [[1]],
  maxBatches: [[5]],
  failOnMismatch: [[true]],
  predict: [[false]],
  namespace: [['other']],
  injection: [[false]],
  proxyConcurrency: [[1]],
  manifests: [['tests/support/theirs', { url: 'http://shop/index' }]],
  behaviour: [[{ shop: '5ms' }, { manifests: 'tests/support/theirs', url: 'http://shop/index' }]],
  url: [['http://pyserver/healthz']],
  workload: [['servicex']],
  serverName: [['shop']],
  serverReplicas: [[2]],
  serverDelay: [['30ms']],
  serverKeepAlive: [[false]],
  serverBacklog: [[5]],
  serverImage: [['example.org/circuit-lab-server:1']],
  versions: [[{ v1: {}, v2: { status: 502, replicas: 2 } }], [split]],
  clientReplicas: [[2]],
  load: [
    ['closed', { requests: 20, workers: 4 }],
    ['paced', { requests: 10, requestInterval: '10ms' }],
    ['poisson', { requests: 10, requestRate: '100/s' }],
    ['steps', { rateSteps: '50/s for 100ms, 100/s for 100ms' }],
    ['replay', { sendAt: '0ms, 20ms, 30ms' }],
  ],
  batchSize: [[3]],
  batchInterval: [['150ms']],
  requests: [[10, { load: 'closed', workers: 2 }]],
  workers: [[3, { load: 'closed', requests: 20 }]],
  requestInterval: [['20ms', { load: 'paced', requests: 10 }]],
  requestRate: [['200/s', { load: 'poisson', requests: 10 }]],
  rateSteps: [['100/s for 50ms', { load: 'steps' }]],
  sendAt: [['0ms, 5ms', { load: 'replay' }]],
  requestTimeout: [['9s']],
  entry: [['gateway', { gateways: ['mesh', 'ingress'] }]],
  clientImage: [['example.org/circuit-lab-client:1']],
  maxConnections: [[0], [3]],
  connectTimeout: [['2s']],
  tcpKeepalive: [[{ probes: 3, time: '60s' }]],
  tcpIdleTimeout: [['30s']],
  maxConnectionDuration: [['1m']],
  http1MaxPendingRequests: [[0], [2]],
  http2MaxRequests: [[3]],
  maxRequestsPerConnection: [[1]],
  maxRetries: [[4]],
  idleTimeout: [['20s']],
  h2UpgradePolicy: [['UPGRADE']],
  useClientProtocol: [[true]],
  maxConcurrentStreams: [[5, { h2UpgradePolicy: 'UPGRADE' }]],
  retryBudget: [[{ percent: 25 }]],
  policyScope: [['subsets', { versions: split }]],
  outlierDetection: [[{ consecutive5xxErrors: 5, interval: '1s' }]],
  gateways: [[['ingress']], [['mesh', 'ingress']]],
  ownGateway: [[true, { gateways: ['mesh', 'ingress'], entry: 'gateway' }]],
  retries: [[{ attempts: 1, retryOn: '503' }]],
  routeTimeout: [['3s']],
  fault: [[{ abort: { httpStatus: 418, percentage: { value: 100 } } }]],
  envoyCircuitBreakers: [[{ max_connections: 5 }]],
  alerts: [[true]],
  alertLabels: [[{ release: 'monitoring' }, { alerts: true }]],
  images: [['kind']],
  registry: [['registry.example.org/someone']],
  installIstio: [[true]],
  mtls: [['strict']],
  toolbox: [[true]],
};

export const TOGGLES: readonly Toggle[] = Object.entries(VALUES).flatMap(([key, values]) =>
  values.map(([value, given]) => ({ key: key as Key, value, ...(given && { given }) })),
);

/** The base, what the toggle needs, and the toggle. */
export function toggled({ key, value, given }: Toggle): Settings {
  return { ...BASE, ...given, [key]: value };
}

/** As Pulumi hands values over: text, or JSON for what is structured. */
export function asText(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** Such as `maxConnections 0`, for the name of a test. */
export function titleOf({ key, value }: Toggle): string {
  return `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}
