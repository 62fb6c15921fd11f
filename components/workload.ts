/**
 * What every app of the lab is in a cluster: a Deployment that Pod Security `restricted` admits,
 * with probes and resources, and a Service in front of it.
 */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ofResource } from './ofResource.ts';

/** What the apps have in common; their components extend it. */
export interface WorkloadArgs {
  /** Namespace that the app lives in. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Container image made from `apps/`.
   * @default - the app's own, tagged `dev`
   */
  readonly image?: pulumi.Input<string>;
  /**
   * Pods of the app.
   * @default 1
   */
  readonly replicas?: pulumi.Input<number>;
  /**
   * Worker threads of each pod's sidecar (istio.io, ProxyConfig.concurrency).
   * @default 2
   */
  readonly proxyConcurrency?: pulumi.Input<number>;
}

type Labels = Readonly<Record<string, pulumi.Input<string>>>;

/** What a component decides about its own app. */
interface App {
  /** The name of its own account, by which a mesh with mutual TLS knows it. */
  readonly account: pulumi.Output<string>;
  /** Labels that tell its pods from all others. */
  readonly labels: Labels;
  /**
   * Further labels of its pods.
   * @default - none
   */
  readonly podLabels?: Labels;
  /**
   * Further annotations of its pods.
   * @default - none
   */
  readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly container: string;
  readonly image: pulumi.Input<string>;
  /**
   * When a node pulls the image.
   * @default - Kubernetes' own: never again, unless its tag is `latest` or left out
   */
  readonly imagePullPolicy?: 'IfNotPresent';
  readonly args?: readonly pulumi.Input<string>[];
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * The port it listens on, named http.
   * @default - none, and no probes
   */
  readonly port?: number;
  /**
   * Path that answers 200 when the app is well.
   * @default - whether the port is open
   */
  readonly healthPath?: string;
  /**
   * Memory that its container may take.
   * @default "128Mi", enough for one process that waits most of its time
   */
  readonly memoryLimit?: string;
  /** Name of a ConfigMap, and where its entries stand as files. */
  readonly files?: { readonly configMap: pulumi.Input<string>; readonly path: string };
}

/** A user that exists in no image, so that nothing in a container is writable for it. */
const NON_ROOT = 10_001;

export function createDeployment(
  parent: pulumi.ComponentResource,
  name: string,
  args: WorkloadArgs,
  app: App,
): k8s.apps.v1.Deployment {
  const { labels, files } = app;
  return new k8s.apps.v1.Deployment(
    name,
    {
      metadata: { name, namespace: args.namespace, labels },
      spec: {
        replicas: args.replicas ?? 1,
        selector: { matchLabels: labels },
        template: {
          metadata: {
            labels: { ...labels, ...app.podLabels },
            annotations: {
              ...proxyAnnotations(args.proxyConcurrency ?? 2),
              ...app.podAnnotations,
            },
          },
          spec: {
            serviceAccountName: app.account,
            automountServiceAccountToken: false,
            ...placement(labels),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: NON_ROOT,
              runAsGroup: NON_ROOT,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [container(app, args.image)],
            ...(files && { volumes: [{ name: 'files', configMap: { name: files.configMap } }] }),
          },
        },
      },
    },
    { parent },
  );
}

/** The name of an account of an app's own. It asks the API server for nothing, so it gets no token. */
export function createAccount(
  parent: pulumi.ComponentResource,
  name: string,
  args: Pick<WorkloadArgs, 'namespace'>,
  account = name,
): pulumi.Output<string> {
  const resource = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { name: account, namespace: args.namespace },
      automountServiceAccountToken: false,
    },
    { parent },
  );
  return ofResource(resource, account);
}

/** Lets a drain of nodes take one of an app's pods at a time, where there are several. */
export function createDisruptionBudget(
  parent: pulumi.ComponentResource,
  name: string,
  args: Pick<WorkloadArgs, 'namespace' | 'replicas'>,
  labels: Labels,
): void {
  // Of a single pod it would say nothing. A number that is not known yet may be more than one.
  if (typeof (args.replicas ?? 1) === 'number' && Number(args.replicas ?? 1) <= 1) return;
  new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: { name, namespace: args.namespace },
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
    { parent },
  );
}

/** A Service on one port; Istio takes the protocol from the port's name. */
export function createService(
  parent: pulumi.ComponentResource,
  name: string,
  args: Pick<WorkloadArgs, 'namespace'>,
  service: { readonly selector: Labels; readonly port: number; readonly targetPort: number },
): k8s.core.v1.Service {
  const { selector, port, targetPort } = service;
  return new k8s.core.v1.Service(
    name,
    {
      metadata: { name, namespace: args.namespace, labels: selector },
      spec: { selector, ports: [{ name: 'http', port, targetPort }] },
    },
    { parent },
  );
}

/**
 * One app's pods on different nodes, so that they do not wait for each other's CPU and a full pool
 * is the breaker's doing; all apps in one zone, because with outlierDetection Istio sends to
 * endpoints of the client's own zone alone, and a limit per endpoint would count too few.
 */
function placement(
  labels: Labels,
): Pick<k8s.types.input.core.v1.PodSpec, 'affinity' | 'topologySpreadConstraints'> {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    affinity: {
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: 'topology.kubernetes.io/zone', labelSelector: {} },
          },
        ],
      },
    },
  };
}

function container(
  app: App,
  image: pulumi.Input<string> | undefined,
): k8s.types.input.core.v1.Container {
  const { args, files, port, healthPath } = app;
  const env = Object.entries(app.env ?? {}).map(([name, value]) => ({ name, value }));
  const probe = {
    ...(healthPath === undefined
      ? { tcpSocket: { port: 'http' } }
      : { httpGet: { path: healthPath, port: 'http' } }),
    periodSeconds: 5,
  };
  return {
    name: app.container,
    image: image ?? app.image,
    ...(app.imagePullPolicy && { imagePullPolicy: app.imagePullPolicy }),
    ...(args && { args: [...args] }),
    // An empty list is not rendered: the object would be another one on disk.
    ...(env.length > 0 && { env }),
    ...(port !== undefined && {
      ports: [{ name: 'http', containerPort: port }],
      readinessProbe: probe,
      livenessProbe: probe,
    }),
    resources: {
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { memory: app.memoryLimit ?? '128Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...(files && { volumeMounts: [{ name: 'files', mountPath: files.path, readOnly: true }] }),
  };
}

/**
 * Settings of the sidecar that a pod may get: its worker threads, and the statistics that a circuit
 * breaker is observed by, which Istio's default bootstrap drops
 * (istio.io/docs/ops/configuration/telemetry/envoy-stats).
 */
function proxyAnnotations(concurrency: pulumi.Input<number>): Record<string, pulumi.Input<string>> {
  const config = {
    concurrency,
    proxyStatsMatcher: { inclusionPrefixes: ['cluster.outbound', 'cluster.inbound'] },
  };
  return { 'proxy.istio.io/config': pulumi.jsonStringify(config) };
}
