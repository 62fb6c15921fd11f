/** The flat keys of the circuit breaker, as Istio nests them. What is 0 or empty is left out. */
import type { Subset, TrafficPolicy } from '../istio/destinationRule.ts';
import type { Key, LabConfig } from './keys.ts';

/** The traffic policy that a configuration asks for, or undefined where it asks for none. */
export function trafficPolicyOf(config: LabConfig): TrafficPolicy | undefined {
  const tcp = given({
    maxConnections: config.maxConnections,
    connectTimeout: config.connectTimeout,
    tcpKeepalive: written(config.tcpKeepalive),
    maxConnectionDuration: config.maxConnectionDuration,
    idleTimeout: config.tcpIdleTimeout,
  });
  const http = given({
    http1MaxPendingRequests: config.http1MaxPendingRequests,
    http2MaxRequests: config.http2MaxRequests,
    maxRequestsPerConnection: config.maxRequestsPerConnection,
    maxRetries: config.maxRetries,
    idleTimeout: config.idleTimeout,
    h2UpgradePolicy: config.h2UpgradePolicy === 'DEFAULT' ? undefined : config.h2UpgradePolicy,
    useClientProtocol: config.useClientProtocol ? true : undefined,
    maxConcurrentStreams: config.maxConcurrentStreams,
  });
  return given({
    connectionPool: given({ tcp, http }),
    outlierDetection: written(config.outlierDetection),
    retryBudget: written(config.retryBudget),
  });
}

/** Where in a traffic policy the value of a key stands as it is; undefined for what is none of it. */
export function policyPathOf(key: Key): readonly string[] | undefined {
  const value = { here: true };
  return pathTo(value, trafficPolicyOf({ ...UNSET, [key]: value } as unknown as LabConfig));
}

const UNSET = {
  h2UpgradePolicy: 'DEFAULT',
  tcpKeepalive: {},
  outlierDetection: {},
  retryBudget: {},
};

function pathTo(value: object, within: unknown): readonly string[] | undefined {
  if (within === value) return [];
  if (typeof within !== 'object' || within === null) return undefined;
  for (const [field, child] of Object.entries(within)) {
    const rest = pathTo(value, child);
    if (rest !== undefined) return [field, ...rest];
  }
  return undefined;
}

/** What has Istio's own fields keeps its zeros: there, 0 may say something else than unset. */
function written<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** The subsets of the versions that have a weight; with `policyScope: subsets`, each its policy. */
export function subsetsOf(config: LabConfig): Subset[] | undefined {
  const weights = weightsOf(config);
  if (weights === undefined) return undefined;
  const policy = config.policyScope === 'subsets' ? trafficPolicyOf(config) : undefined;
  return Object.keys(weights).map((version) => ({
    name: version,
    labels: { version },
    ...(policy && { trafficPolicy: policy }),
  }));
}

/** Each version's share of the traffic in percent, or undefined where the traffic is not split. */
export function weightsOf(config: LabConfig): Record<string, number> | undefined {
  const weights = Object.entries(config.versions).flatMap(([version, { weight }]) =>
    weight === undefined ? [] : [[version, weight] as const],
  );
  return weights.length === 0 ? undefined : Object.fromEntries(weights);
}

/** Whether a structured value was left at its default. */
export function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that say something: neither undefined nor 0. Undefined where none does. */
function given<T extends object>(fields: T): Given<T> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== 0);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Given<T>);
}
