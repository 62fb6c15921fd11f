/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import { AccessLogging } from '../../components/accessLogging.ts';
import { CircuitBreaker } from '../../components/circuitBreaker.ts';
import { BatchClient, ClosedLoopClient, PacedClient } from '../../components/client.ts';
import { ExperimentRecord } from '../../components/experimentRecord.ts';
import { GatewayProxy } from '../../components/gatewayProxy.ts';
import { IngressGateway } from '../../components/ingressGateway.ts';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { Server } from '../../components/server.ts';
import { StandaloneEnvoy } from '../../components/standaloneEnvoy.ts';
import { Toolbox } from '../../components/toolbox.ts';
import { TrafficSplit } from '../../components/trafficSplit.ts';
import { experiment } from '../../experiment/experiment.ts';

export const namespace = 'lab';

export const host = 'pyserver.lab.svc.cluster.local';

export const url = 'http://pyserver/index';

export const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';

export const ACCOUNT = 'kubernetes:core/v1:ServiceAccount';

export const BUDGET = 'kubernetes:policy/v1:PodDisruptionBudget';

export const SERVICE = 'kubernetes:core/v1:Service';

export const NAMESPACE = 'kubernetes:core/v1:Namespace';

export const CONFIG_MAP = 'kubernetes:core/v1:ConfigMap';

export const DESTINATION_RULE = 'kubernetes:networking.istio.io/v1:DestinationRule';

export const VIRTUAL_SERVICE = 'kubernetes:networking.istio.io/v1:VirtualService';

export const GATEWAY = 'kubernetes:networking.istio.io/v1:Gateway';

export const TELEMETRY = 'kubernetes:telemetry.istio.io/v1:Telemetry';

export const probe = { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 };

/** A Deployment as Pod Security `restricted` admits it, for one app with one container. */
export function deployment(
  name: string,
  labels: Record<string, string>,
  container: { name: string; image: string; port: number; env: Record<string, string> },
  { replicas = 1, concurrency = 2, podLabels = {}, account = name } = {},
): object {
  const { port, env, ...rest } = container;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels: { ...labels, ...podLabels },
          annotations: {
            'proxy.istio.io/config': JSON.stringify({
              concurrency,
              proxyStatsMatcher: { inclusionPrefixes: ['cluster.outbound', 'cluster.inbound'] },
            }),
          },
        },
        spec: {
          serviceAccountName: account,
          automountServiceAccountToken: false,
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
                  podAffinityTerm: {
                    topologyKey: 'topology.kubernetes.io/zone',
                    labelSelector: {},
                  },
                },
              ],
            },
          },
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 10_001,
            runAsGroup: 10_001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              ...rest,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ports: [{ name: 'http', containerPort: port }],
              readinessProbe: probe,
              livenessProbe: probe,
              resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

export function service(name: string, port: number, targetPort: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port, targetPort }] },
  };
}

/** Every component with the least arguments that it takes, and the children that it has then. */
export const components: Record<
  string,
  [make: () => unknown, children: [type: string, name: string][]]
> = {
  MeshNamespace: [() => new MeshNamespace('one'), [[NAMESPACE, 'one']]],
  Server: [
    () => new Server('one', { namespace }),
    [
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  BatchClient: [
    () => new BatchClient('one', { namespace, url }),
    [
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  ClosedLoopClient: [
    () => new ClosedLoopClient('one', { namespace, url }),
    [
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  PacedClient: [
    () => new PacedClient('one', { namespace, url }),
    [
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  CircuitBreaker: [
    () => new CircuitBreaker('one', { namespace, host }),
    [[DESTINATION_RULE, 'one']],
  ],
  TrafficSplit: [() => new TrafficSplit('one', { namespace, host }), [[VIRTUAL_SERVICE, 'one']]],
  GatewayProxy: [
    () => new GatewayProxy('one', { namespace, selectedBy: 'mine' }),
    [
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  IngressGateway: [() => new IngressGateway('one', { namespace }), [[GATEWAY, 'one']]],
  AccessLogging: [() => new AccessLogging('one', { namespace }), [[TELEMETRY, 'one']]],
  StandaloneEnvoy: [
    () => new StandaloneEnvoy('one', { namespace, upstream: host }),
    [
      [CONFIG_MAP, 'one'],
      [ACCOUNT, 'one'],
      [DEPLOYMENT, 'one'],
      [SERVICE, 'one'],
    ],
  ],
  Toolbox: [
    () => new Toolbox('one', { namespace }),
    [
      [ACCOUNT, 'one-sleep'],
      [DEPLOYMENT, 'one-sleep'],
      [ACCOUNT, 'one-fortio'],
      [DEPLOYMENT, 'one-fortio'],
    ],
  ],
  ExperimentRecord: [
    () =>
      new ExperimentRecord('one', {
        namespace,
        experiment: experiment.parse({ stack: 'mine', serviceTime: '5s' }),
      }),
    [[CONFIG_MAP, 'one']],
  ],
};

/** What is one type to Pulumi, so that a stack can go from one to the other. */
export const TYPES: Readonly<Record<string, string>> = {
  BatchClient: 'Client',
  ClosedLoopClient: 'Client',
  PacedClient: 'Client',
};
