/**
 * The program: one experiment, as the stack's configuration describes it.
 *
 * Pulumi runs the exported function; so does `lab`, under Pulumi's mocks, to see the objects.
 */
import { join, resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { AccessLogging } from './components/accessLogging.ts';
import { AppImages } from './components/appImages.ts';
import type { ClientArgs } from './components/client.ts';
import { configuredAccess } from './components/clusterAccess.ts';
import { ClusterPlatform } from './components/clusterPlatform.ts';
import { ExperimentRecord } from './components/experimentRecord.ts';
import { ExperimentRun, type ExperimentRunArgs } from './components/experimentRun.ts';
import {
  createAlerts,
  createCircuitBreaker,
  createClient,
  createGatewayLogging,
  createGatewayProxy,
  createProxy,
  createServer,
  createTrafficSplit,
  GATEWAY_NAME,
  type Images,
  type Site,
} from './components/fromConfig.ts';
import { IngressGateway, MESH_GATEWAY_NAMESPACE } from './components/ingressGateway.ts';
import { LocalPlatform } from './components/localPlatform.ts';
import { ImportedMesh } from './components/importedMesh.ts';
import type { Inventory } from './components/inventory.ts';
import { MeshNamespace } from './components/meshNamespace.ts';
import { NetworkIsolation } from './components/networkIsolation.ts';
import { Preflight } from './components/preflight.ts';
import { RecordFolder } from './components/recordFolder.ts';
import { stackConfig } from './components/stackConfig.ts';
import { knownOnBothSides } from './components/sameObject.ts';
import { StrictAccess } from './components/strictAccess.ts';
import { Toolbox } from './components/toolbox.ts';
import { forecastOf } from './config/forecast.ts';
import { experimentOf, importedExperimentOf } from './config/experiment.ts';
import type { LabConfig } from './config/keys.ts';
import { isEmpty } from './config/policy.ts';
import { LabError } from './errors/labError.ts';
import type { ExperimentInRecord } from './experiment/experiment.ts';
import { alerterOf } from './lab/alerting.ts';
import { foretellerOf } from './lab/foretelling.ts';
import { filesAt, read, type Read } from './lab/objects/files.ts';

export default function circuitLab(): Record<string, pulumi.Input<unknown>> {
  const stack = pulumi.getStack();
  const config = stackConfig(stack);
  const deployed = config.platform === 'kubernetes';
  const {
    run: runArgs,
    components,
    ...outputs
  } = deployed ? onCluster(stack, config) : onThisMachine(stack, config);
  const run = new ExperimentRun(
    'run',
    {
      ...runArgs,
      failOnMismatch: config.failOnMismatch,
      // Of somebody's servers it is not known how long they take.
      ...(config.manifests === '' && { forecast: forecastOf(config) }),
      // Whoever evaluates the program without an engine wants its objects alone.
      ...(config.predict &&
        pulumi.runtime.hasEngine() && {
          foretell: foretellerOf({ stack, load: config.load, deployed }),
        }),
    },
    { dependsOn: components },
  );
  // Few, and short: they are what stays on the screen.
  const { prediction, verdictLine: verdict, outcomes, refusals, observation, report, page } = run;
  return {
    ...outputs,
    ...(prediction && { prediction }),
    ...{ verdict, outcomes, refusals, observation, report, page },
  };
}

interface Experiment {
  readonly components: pulumi.Resource[];
  readonly namespace: pulumi.Output<string>;
  readonly host?: pulumi.Output<string>;
  /** What the client of the stack asks for, where it has one. */
  readonly url?: pulumi.Input<string>;
}

/** An experiment on its platform, ready to run. */
interface Placed extends Experiment {
  readonly run: Pick<ExperimentRunArgs, 'inventory' | 'folder' | 'cluster'>;
}

function onThisMachine(stack: string, config: LabConfig): Placed {
  const folder = recordFolder(stack, new Preflight('preflight'));
  const { options: opts, inventory } = new LocalPlatform('local', folder);
  const images = { server: config.serverImage, client: config.clientImage };
  const experiment = createExperiment(stack, config, { opts, images, inventory });
  return { ...experiment, run: { inventory, folder } };
}

/** The experiment, and what only a cluster has: its Istio, images on its nodes, its network. */
function onCluster(stack: string, config: LabConfig): Placed {
  const { images: delivery, registry, installIstio } = config;
  const preflight = new Preflight('preflight', {
    ...configuredAccess(),
    namespace: config.namespace,
    istio: !installIstio,
    alerts: config.alerts,
    telemetryIn: sharesGateway(config) ? MESH_GATEWAY_NAMESPACE : undefined,
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
    inventory,
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
  /** What the platform will be given. */
  readonly inventory: Inventory;
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
  const { opts } = placement;
  const transformations = [
    ...(opts.transformations ?? []),
    knownOnBothSides(IMPORTED, config.namespace),
  ];
  const create = config.manifests === '' ? createOwn : createImported;
  const site = { ...placement, opts: { ...opts, transformations } };
  const experiment = create(stack, config, site);
  if (!config.alerts) return experiment;
  const alerter = alerterOf(stack, config.platform === 'kubernetes');
  const alerts = createAlerts(
    { config, namespace: experiment.namespace, opts: site.opts },
    placement.inventory.objects().apply(alerter),
  );
  return { ...experiment, components: [...experiment.components, alerts] };
}

/** Name of what comes from manifests. */
const IMPORTED = 'manifests';

/** Somebody's manifests, and a client of the stack where it is told what to ask for. */
function createImported(stack: string, config: LabConfig, placement: Placement): Experiment {
  const { opts, images, inventory } = placement;
  const { namespace: name, url } = config;
  const { objects, said } = manifestsAt(config.manifests);
  const theirs = new ImportedMesh(IMPORTED, { objects, namespace: name }, opts);
  inventory.await(theirs.group);
  const isTheirs = objects.some(
    ({ kind, metadata }) => kind === 'Namespace' && metadata.name === name,
  );
  const mesh = isTheirs ? undefined : createNamespace(config, opts);
  const namespace = mesh?.namespace ?? pulumi.output(name);
  const called = [
    mesh,
    theirs,
    new AccessLogging('access-logging', { namespace }, opts),
    createRecord(importedExperimentOf(stack, config, said), namespace, opts),
  ].filter((component) => component !== undefined);
  if (url === '') return { components: called, namespace };
  const client = createClient(
    siteOfClient({ config, images, namespace, opts }, placement, called),
    { url, ...placement.client?.() },
  );
  return { components: [...called, client], namespace, url };
}

/** The project's server and client, with the rules that the configuration asks for. */
function createOwn(stack: string, config: LabConfig, placement: Placement): Experiment {
  const { opts, images, guard } = placement;
  const mesh = createNamespace(config, opts);
  const { namespace } = mesh;
  const site: Site = { config, images, namespace, opts };
  const server = createServer(site);
  const ownGateway = createGatewayProxy(site);
  const gateway = config.gateways.includes('ingress')
    ? new IngressGateway(config.serverName, { namespace, proxy: ownGateway }, opts)
    : undefined;
  const proxy = isEmpty(config.envoyCircuitBreakers) ? undefined : createProxy(site, server);
  const entered = (config.entry === 'gateway' ? gateway?.url : proxy?.url) ?? server.url;
  const url = config.url === '' ? entered : config.url;
  const apps: Apps = {
    servers: [config.serverName, ...(proxy ? ['envoy'] : [])],
    clients: [
      'pyclient',
      ...(proxy ? ['envoy'] : []),
      ...(ownGateway ? [GATEWAY_NAME] : []),
      ...(hasToolbox(config) ? ['sleep', 'fortio'] : []),
    ],
  };
  const called = [
    mesh,
    new AccessLogging('access-logging', { namespace }, opts),
    gateway && sharesGateway(config) ? createGatewayLogging(site, gateway) : undefined,
    server,
    ownGateway,
    gateway,
    proxy,
    createCircuitBreaker(site, server),
    createTrafficSplit(site, server, gateway),
    config.mtls === 'strict' ? new StrictAccess('access', { namespace, ...apps }, opts) : undefined,
    hasToolbox(config) ? new Toolbox('toolbox', { namespace }, opts) : undefined,
    createRecord(experimentOf(stack, config), namespace, opts),
    // Whoever enters by a gateway has to reach it.
    guard?.(namespace, ownGateway ? { ...apps, servers: [...apps.servers, GATEWAY_NAME] } : apps),
  ].filter((component) => component !== undefined);
  const client = createClient(siteOfClient(site, placement, called), {
    url,
    ...placement.client?.(),
  });
  return { components: [...called, client], namespace, host: server.host, url };
}

function createNamespace(
  { namespace, injection }: LabConfig,
  opts: pulumi.ComponentResourceOptions,
): MeshNamespace {
  return new MeshNamespace('circuitbreaker', { namespace, injection }, opts);
}

function createRecord(
  experiment: ExperimentInRecord,
  namespace: pulumi.Output<string>,
  opts: pulumi.ComponentResourceOptions,
): ExperimentRecord {
  return new ExperimentRecord('experiment', { namespace, experiment }, opts);
}

/** A client sends as soon as it is there: where that matters, after all that it calls. */
function siteOfClient(site: Site, { client }: Placement, called: pulumi.Resource[]): Site {
  return client ? { ...site, opts: { ...site.opts, dependsOn: called } } : site;
}

/** @throws pulumi.RunError with file and line of what is no object */
function manifestsAt(path: string): Read {
  const where = resolve(import.meta.dirname, path);
  try {
    return read(filesAt([where]), where);
  } catch (error) {
    if (error instanceof LabError) throw new pulumi.RunError(`manifests: ${error.message}`);
    throw error;
  }
}

/** Whether it enters by the gateway of the mesh, which is there for everybody. */
function sharesGateway({ entry, ownGateway }: LabConfig): boolean {
  return entry === 'gateway' && !ownGateway;
}

/** Its images are none that this machine runs. */
function hasToolbox({ toolbox, platform }: LabConfig): boolean {
  return toolbox && platform === 'kubernetes';
}
