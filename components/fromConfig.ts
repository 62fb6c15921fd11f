/** The parts of an experiment, each as a stack's configuration asks for it. */
import type * as pulumi from '@pulumi/pulumi';
import { AccessLogging } from './accessLogging.ts';
import { BreakerAlerts, type BreakerAlertsArgs } from './breakerAlerts.ts';
import { CircuitBreaker } from './circuitBreaker.ts';
import { Client, type ClientArgs } from './client.ts';
import { GatewayProxy } from './gatewayProxy.ts';
import { type IngressGateway, MESH_GATEWAY_NAMESPACE } from './ingressGateway.ts';
import { Server } from './server.ts';
import { ServiceX } from './serviceX.ts';
import { StandaloneEnvoy } from './standaloneEnvoy.ts';
import { TrafficSplit } from './trafficSplit.ts';
import type { LabConfig } from '../config/keys.ts';
import { loadVariables } from '../config/loads.ts';
import { isEmpty, subsetsOf, trafficPolicyOf, weightsOf } from '../config/policy.ts';

export interface Images {
  readonly server: pulumi.Input<string>;
  readonly client: pulumi.Input<string>;
}

/** Name of the experiment's own gateway, of its pods' label `app` and of their service account. */
export const GATEWAY_NAME = 'gateway';

/** What every part of an experiment is made with. */
export interface Site {
  readonly config: LabConfig;
  readonly images: Images;
  readonly namespace: pulumi.Output<string>;
  readonly opts: pulumi.ComponentResourceOptions;
}

export function createServer({ config, images, namespace, opts }: Site): Server | ServiceX {
  const { serverName, proxyConcurrency, versions } = config;
  const { serverKeepAlive: keepAlive, serverBacklog: backlog } = config;
  const common = { namespace, image: images.server, proxyConcurrency, keepAlive, backlog };
  if (config.workload === 'servicex') return new ServiceX(serverName, common, opts);
  return new Server(
    serverName,
    {
      ...common,
      replicas: config.serverReplicas,
      delay: config.serverDelay,
      ...(!isEmpty(versions) && { versions }),
    },
    opts,
  );
}

/** The experiment's own gateway, where it has one. */
export function createGatewayProxy({ config, namespace, opts }: Site): GatewayProxy | undefined {
  if (!config.ownGateway) return undefined;
  const { proxyConcurrency } = config;
  const selectedBy = `${config.namespace}-gateway`;
  return new GatewayProxy(GATEWAY_NAME, { namespace, proxyConcurrency, selectedBy }, opts);
}

/** Experiments share the mesh's gateway, so each has a Telemetry of its own for it. */
export function createGatewayLogging(
  { config, opts }: Site,
  { selector }: IngressGateway,
): AccessLogging {
  const telemetryName = `access-logging-${config.namespace}`;
  return new AccessLogging(
    'gateway-access-logging',
    { namespace: MESH_GATEWAY_NAMESPACE, selector, telemetryName },
    opts,
  );
}

export function createProxy(
  { config, namespace, opts }: Site,
  server: Server | ServiceX,
): StandaloneEnvoy {
  return new StandaloneEnvoy(
    'envoy',
    {
      namespace,
      upstream: server.host,
      thresholds: config.envoyCircuitBreakers,
      proxyConcurrency: config.proxyConcurrency,
    },
    opts,
  );
}

export function createCircuitBreaker(
  { config, namespace, opts }: Site,
  server: Server | ServiceX,
): CircuitBreaker | undefined {
  const subsets = subsetsOf(config);
  const trafficPolicy = config.policyScope === 'service' ? trafficPolicyOf(config) : undefined;
  if (subsets === undefined && trafficPolicy === undefined) return undefined;
  return new CircuitBreaker(
    config.serverName,
    {
      namespace,
      host: server.host,
      ...(trafficPolicy && { trafficPolicy }),
      ...(subsets && { subsets }),
    },
    opts,
  );
}

/** A VirtualService, where anything deviates from the route that Istio makes by itself. */
export function createTrafficSplit(
  { config, namespace, opts }: Site,
  server: Server | ServiceX,
  gateway: IngressGateway | undefined,
): TrafficSplit | undefined {
  const { serverName, gateways, retries, fault, routeTimeout: timeout } = config;
  const weights = weightsOf(config);
  const deviates = weights ?? gateway ?? timeout;
  if (deviates === undefined && isEmpty(retries) && isEmpty(fault)) return undefined;
  return new TrafficSplit(
    serverName,
    {
      namespace,
      host: server.host,
      // At the ingress any name may be asked for; in the mesh only the Service's own is meant.
      ...(gateway && !gateways.includes('mesh') && { hosts: ['*'] }),
      ...(gateway && {
        gateways: gateways.map((at) => (at === 'mesh' ? at : gateway.gatewayName)),
      }),
      ...(weights && { weights }),
      ...(!isEmpty(retries) && { retries }),
      ...(timeout !== undefined && { timeout }),
      ...(!isEmpty(fault) && { fault }),
    },
    opts,
  );
}

export function createClient(
  { config, images, namespace, opts }: Site,
  more: Pick<ClientArgs, 'url' | 'measures' | 'initialDelay'>,
): Client {
  return new Client(
    'pyclient',
    {
      ...more,
      namespace,
      image: images.client,
      replicas: config.clientReplicas,
      load: loadVariables(config),
      timeout: config.requestTimeout,
      proxyConcurrency: config.proxyConcurrency,
      // Who enters by the gateway comes from outside the mesh.
      outside: config.entry === 'gateway',
    },
    opts,
  );
}

/** What watches the breakers of all that was asked for. */
export function createAlerts(
  { config, namespace, opts }: Pick<Site, 'config' | 'namespace' | 'opts'>,
  alerts: BreakerAlertsArgs['alerts'],
): BreakerAlerts {
  const { alertLabels: ruleLabels } = config;
  return new BreakerAlerts(
    'breaker-alerts',
    { namespace, alerts, ...(!isEmpty(ruleLabels) && { ruleLabels }) },
    opts,
  );
}
