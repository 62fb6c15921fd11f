/**
 * The keys of a stack's configuration. Types and limits stand here; defaults and descriptions stand
 * in Pulumi.yaml, where the Pulumi CLI reads them too. Limits are Istio's: 0 leaves one unset.
 */
import {
  LOAD_MODES,
  parseRate,
  parseSendAt,
  parseSteps,
  RATE_HINT,
  SEND_AT_HINT,
  STEPS_HINT,
} from '../apps/contract.ts';
import { z } from 'zod';
import { outlierDetection, retryBudget, tcpKeepalive } from '../istio/destinationRule.ts';
import { fault, retries } from '../istio/virtualService.ts';
import * as codec from './codecs.ts';
import { expectation } from '../experiment/expectation.ts';
import { behaviours } from '../experiment/behaviour.ts';
import { someThresholds } from '../envoy/thresholds.ts';
import { versions } from './structures.ts';

/** Istio's limits are int32: its API server refuses more. */
const MAX_LIMIT = 2_147_483_647;
const limit = codec.integer(0, MAX_LIMIT, '0: no limit, as in Istio');
const image = codec.text(/^[^\s]+$/, 'the name of a container image', 'circuit-lab-server:dev');

const name = codec.text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a Kubernetes name: lower case letters, digits and '-', at most 63",
  'circuitbreaker',
);

function isHttpUrlOrNone(text: string): boolean {
  return text === '' || (URL.canParse(text) && new URL(text).protocol === 'http:');
}

export const keys = {
  // The experiment
  platform: codec.choice('local', 'kubernetes'),
  description: codec.text(/^[^\n]*$/, 'one line of text', 'ten requests, five connections'),
  seed: codec.text(/^[^\n]*$/, 'one line of text', 'istio_circuit_breaker'),
  expect: codec.structure(z.array(expectation), 'a list of expectations (docs/stacks.md)', '[]'),
  batches: codec.integer(0, 1000, '0: until warmBatches batches were warm'),
  warmBatches: codec.integer(1, 100),
  maxBatches: codec.integer(1, 1000),

  failOnMismatch: codec.boolean(),
  predict: codec.boolean(),

  // The namespace
  namespace: name,
  injection: codec.boolean(),
  proxyConcurrency: codec.integer(1, 64),

  // The server
  workload: codec.choice('server', 'servicex'),
  serverName: name,
  serverReplicas: codec.integer(0, 100),
  serverDelay: codec.duration(0),
  serverKeepAlive: codec.boolean(),
  serverBacklog: codec.integer(1, 65_535),
  serverImage: image,
  versions: codec.structure(
    versions,
    'an object of versions, each with replicas, status, delay or delayMin and delayMax, weight',
    '{"v1":{},"v2":{"status":502}}',
  ),

  // Somebody's own objects
  manifests: codec.text(/^[^\n]*$/, "a file, folder or glob of YAML, or '' for none", './theirs'),
  behaviour: codec.structure(
    behaviours,
    'behaviours of workloads by patterns of their names (docs/manifests.md)',
    '{"*":"lognormal(p50=20ms, p99=200ms)"}',
  ),

  // The client
  url: codec.form(
    isHttpUrlOrNone,
    "an http:// URL, or '' for the server's own",
    'http://pyserver/index',
  ),
  clientReplicas: codec.integer(1, 100),
  load: codec.choice(...LOAD_MODES),
  batchSize: codec.integer(1, 1000),
  batchInterval: codec.duration(),
  requests: codec.integer(1, 100_000),
  workers: codec.integer(1, 1000),
  requestInterval: codec.duration(),
  requestRate: codec.form((text) => (parseRate(text) ?? 0) > 0, RATE_HINT, '40/s'),
  rateSteps: codec.form((text) => parseSteps(text) !== undefined, STEPS_HINT, '10/s for 5s'),
  sendAt: codec.form((text) => parseSendAt(text) !== undefined, SEND_AT_HINT, '0ms, 120ms'),
  requestTimeout: codec.duration(),
  entry: codec.choice('mesh', 'gateway'),
  clientImage: image,

  // DestinationRule.trafficPolicy.connectionPool
  maxConnections: limit,
  connectTimeout: codec.optionalDuration(),
  tcpKeepalive: codec.structure(tcpKeepalive, 'probes, time, interval', '{"time":"60s"}'),
  tcpIdleTimeout: codec.optionalDuration(),
  maxConnectionDuration: codec.optionalDuration(),
  http1MaxPendingRequests: limit,
  http2MaxRequests: limit,
  maxRequestsPerConnection: limit,
  maxRetries: limit,
  idleTimeout: codec.optionalDuration(),
  h2UpgradePolicy: codec.choice('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
  useClientProtocol: codec.boolean(),
  maxConcurrentStreams: limit,
  retryBudget: codec.structure(retryBudget, 'percent, minRetryConcurrency', '{"percent":20}'),

  // The rest of the circuit breaker
  policyScope: codec.choice('service', 'subsets'),
  outlierDetection: codec.structure(
    outlierDetection,
    "the fields of Istio's outlierDetection",
    '{"consecutive5xxErrors":5}',
  ),

  // VirtualService and Gateway
  gateways: codec.structure(
    z.array(z.enum(['mesh', 'ingress'])).min(1),
    "a list of 'mesh' and 'ingress'",
    '["mesh"]',
  ),
  ownGateway: codec.boolean(),
  retries: codec.structure(
    retries,
    "the fields of Istio's HTTPRetry",
    '{"attempts":2,"retryOn":"503"}',
  ),
  routeTimeout: codec.optionalDuration(),
  fault: codec.structure(
    fault,
    "the fields of Istio's HTTPFaultInjection",
    '{"abort":{"httpStatus":503,"percentage":{"value":10}}}',
  ),

  // A stand-alone Envoy
  envoyCircuitBreakers: codec.structure(
    someThresholds,
    'max_connections, max_pending_requests, max_requests, max_retries',
    '{"max_connections":20}',
  ),

  // What watches the breakers
  alerts: codec.boolean(),
  alertLabels: codec.structure(
    z.record(z.string(), z.string()),
    'an object of labels, all values text',
    '{"release":"kube-prometheus-stack"}',
  ),

  // What only a cluster needs, or does
  images: codec.choice('given', 'build', 'kind', 'minikube', 'k3d'),
  registry: codec.text(/^[^\s]*$/, "a registry and path, or '' for none", 'ghcr.io/someone'),
  installIstio: codec.boolean(),
  mtls: codec.choice('permissive', 'strict'),
  toolbox: codec.boolean(),
} as const;

export type Key = keyof typeof keys;

export type LabConfig = {
  readonly [K in Key]: z.output<(typeof keys)[K]['schema']>;
};
