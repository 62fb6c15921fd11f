/**
 * The program: one experiment, as the stack's configuration describes it.
 *
 * Pulumi runs the exported function; so does `lab`, under Pulumi's mocks, to see the objects.
 */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { AccessLogging } from './components/accessLogging.ts';
import { AppImages } from './components/appImages.ts';
import { CircuitBreaker } from './components/circuitBreaker.ts';
import {
  BatchClient,
  type ClientArgs,
  ClosedLoopClient,
  PacedClient,
} from './components/client.ts';
import { configuredAccess } from './components/clusterAccess.ts';
import { ClusterPlatform } from './components/clusterPlatform.ts';
import { ExperimentRecord } from './components/experimentRecord.ts';
import { ExperimentRun, type ExperimentRunArgs } from './components/experimentRun.ts';
import { IngressGateway } from './components/ingressGateway.ts';
import { LocalPlatform } from './components/localPlatform.ts';
import { MeshNamespace } from './components/meshNamespace.ts';
import { NetworkIsolation } from './components/networkIsolation.ts';
import { Preflight } from './components/preflight.ts';
import { RecordFolder } from './components/recordFolder.ts';
import { Server } from './components/server.ts';
import { ServiceX } from './components/serviceX.ts';
import { stackConfig } from './components/stackConfig.ts';
import { StandaloneEnvoy } from './components/standaloneEnvoy.ts';
import { StrictAccess } from './components/strictAccess.ts';
import { Toolbox } from './components/toolbox.ts';
import { TrafficSplit } from './components/trafficSplit.ts';
import { forecastOf } from './config/forecast.ts';
import { experimentOf } from './config/experiment.ts';
import type { LabConfig } from './config/keys.ts';
import { isEmpty, subsetsOf, trafficPolicyOf, weightsOf } from './config/policy.ts';

export default function circuitLab(): Record<string, pulumi.Input<unknown>> {
  const stack = pulumi.getStack();
  const config = stackConfig(stack);
  const {
    run: runArgs,
    components,
    ...outputs
  } = config.platform === 'kubernetes' ? onCluster(stack, config) : onThisMachine(stack, config);
  const run = new ExperimentRun(
    'run',
    { ...runArgs, failOnMismatch: config.failOnMismatch, forecast: forecastOf(config) },
    { dependsOn: components },
  );
  // Few, and short: they are what stays on the screen.
  const { verdictLine: verdict, outcomes, refusals, observation, report } = run;
  return { ...outputs, verdict, outcomes, refusals, observation, report };
}

interface Experiment {
  readonly components: pulumi.Resource[];
  readonly namespace: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly url: pulumi.Input<string>;
}

/** An experiment on its platform, ready to run. */
interface Placed extends Experiment {
  readonly run: Pick<ExperimentRunArgs, 'inventory' | 'folder' | 'cluster'>;
}

function onThisMachine(stack: string, config: LabConfig): Placed {
  const folder = recordFolder(stack, new Preflight('preflight'));
  const { options: opts, inventory } = new LocalPlatform('local', folder);
  const images = { server: config.serverImage, client: config.clientImage };
  const experiment = createExperiment(stack, config, { opts, images });
  return { ...experiment, run: { inventory, folder } };
}

/** The experiment, and what only a cluster has: its Istio, images on its nodes, its network. */
function onCluster(stack: string, config: LabConfig): Placed {
  const { images: delivery, registry, installIstio } = config;
  const preflight = new Preflight('preflight', {
    ...configuredAccess(),
    namespace: config.namespace,
    istio: !installIstio,
  });
  const folder = recordFolder(stack, preflight);
  const {
    options: opts,
    inventory,
    access,
  } = new ClusterPlatform('cluster', { installIstio, after: folder });
  const images =
    delivery === 'given'
      ? { server: config.serverImage, client: config.clientImage }
      : new AppImages('images', { delivery, ...(registry !== '' && { registry }) });
  const experiment = createExperiment(stack, config, {
    opts,
    images,
    guard: (namespace, apps) => new NetworkIsolation('network', { namespace, ...apps }, opts),
    // What runs there outlasts an update: without a new client, an experiment would not begin anew.
    client: () => ({ measures: inventory.digest(), initialDelay: UNTIL_OBSERVED }),
  });
  return { ...experiment, run: { inventory, folder, cluster: access } };
}

/** Beside the program, wherever the CLI is called; git ignores it. */
function recordFolder(stack: string, after: pulumi.Resource): RecordFolder {
  return new RecordFolder('record', join(import.meta.dirname, '.lab', stack), {
    dependsOn: after,
  });
}

/** What the platforms do not have in common. */
interface Placement {
  readonly opts: pulumi.ComponentResourceOptions;
  readonly images: Images;
  /** Makes what keeps others away, where the platform can. */
  readonly guard?: (namespace: pulumi.Output<string>, apps: Apps) => pulumi.Resource;
  /** What a client gets on top, when all that it calls was made. */
  readonly client?: () => Pick<ClientArgs, 'measures' | 'initialDelay'>;
}

/** A client's pod gets ready, and its observer begins, well before it sends anything. */
const UNTIL_OBSERVED = '20s';

/** By their label `app`, which is the name of their service account too. */
interface Apps {
  readonly servers: readonly string[];
  readonly clients: readonly string[];
}

/** Everything that the configuration asks for; the client last, as it begins at once. */
function createExperiment(stack: string, config: LabConfig, placement: Placement): Experiment {
  const { opts, images, guard } = placement;
  const mesh = new MeshNamespace(
    'circuitbreaker',
    { namespace: config.namespace, injection: config.injection },
    opts,
  );
  const { namespace } = mesh;
  const site: Site = { config, images, namespace, opts };
  const server = createServer(site);
  const gateway = config.gateways.includes('ingress')
    ? new IngressGateway(config.serverName, { namespace }, opts)
    : undefined;
  const proxy = isEmpty(config.envoyCircuitBreakers) ? undefined : createProxy(site, server);
  const url = (config.entry === 'gateway' ? gateway?.url : proxy?.url) ?? server.url;
  const apps: Apps = {
    servers: [config.serverName, ...(proxy ? ['envoy'] : [])],
    clients: [
      'pyclient',
      ...(proxy ? ['envoy'] : []),
      ...(hasToolbox(config) ? ['sleep', 'fortio'] : []),
    ],
  };
  const called = [
    mesh,
    new AccessLogging('access-logging', { namespace }, opts),
    config.entry === 'gateway' && gateway ? createGatewayLogging(site, gateway) : undefined,
    server,
    gateway,
    proxy,
    createCircuitBreaker(site, server),
    createTrafficSplit(site, server, gateway),
    config.mtls === 'strict' ? new StrictAccess('access', { namespace, ...apps }, opts) : undefined,
    hasToolbox(config) ? new Toolbox('toolbox', { namespace }, opts) : undefined,
    new ExperimentRecord(
      'experiment',
      { namespace, experiment: experimentOf(stack, config) },
      opts,
    ),
    guard?.(namespace, apps),
  ].filter((component) => component !== undefined);
  const client = createClient(
    // It sends as soon as it is there.
    placement.client ? { ...site, opts: { ...opts, dependsOn: called } } : site,
    { url, ...placement.client?.() },
  );
  return { components: [...called, client], namespace, host: server.host, url };
}

/** Its images are none that this machine runs. */
function hasToolbox({ toolbox, platform }: LabConfig): boolean {
  return toolbox && platform === 'kubernetes';
}

interface Images {
  readonly server: pulumi.Input<string>;
  readonly client: pulumi.Input<string>;
}

/** What every part of an experiment is made with. */
interface Site {
  readonly config: LabConfig;
  readonly images: Images;
  readonly namespace: pulumi.Output<string>;
  readonly opts: pulumi.ComponentResourceOptions;
}

function createServer({ config, images, namespace, opts }: Site): Server | ServiceX {
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

/** Experiments share the gateway, so each has a Telemetry of its own for it. */
function createGatewayLogging(
  { config, opts }: Site,
  { podNamespace, selector }: IngressGateway,
): AccessLogging {
  const telemetryName = `access-logging-${config.namespace}`;
  return new AccessLogging(
    'gateway-access-logging',
    { namespace: podNamespace, selector, telemetryName },
    opts,
  );
}

function createProxy(
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

function createCircuitBreaker(
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
function createTrafficSplit(
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

function createClient(
  { config, images, namespace, opts }: Site,
  more: Pick<ClientArgs, 'url' | 'measures' | 'initialDelay'>,
): BatchClient | ClosedLoopClient | PacedClient {
  const { requests, batchSize, batchInterval, requestInterval, workers } = config;
  const args = {
    ...more,
    namespace,
    image: images.client,
    replicas: config.clientReplicas,
    timeout: config.requestTimeout,
    proxyConcurrency: config.proxyConcurrency,
    // Who enters by the gateway comes from outside the mesh.
    outside: config.entry === 'gateway',
  };
  switch (config.load) {
    case 'batch':
      return new BatchClient('pyclient', { ...args, batchSize, interval: batchInterval }, opts);
    case 'closed':
      return new ClosedLoopClient('pyclient', { ...args, requests, workers }, opts);
    case 'paced':
      return new PacedClient('pyclient', { ...args, requests, interval: requestInterval }, opts);
  }
}
