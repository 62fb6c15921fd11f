/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { AccessLogging } from '../../components/accessLogging.ts';
import { CircuitBreaker } from '../../components/circuitBreaker.ts';
import { BatchClient, ClosedLoopClient, PacedClient } from '../../components/client.ts';
import { ExperimentRecord } from '../../components/experimentRecord.ts';
import { IngressGateway } from '../../components/ingressGateway.ts';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { Server } from '../../components/server.ts';
import { ServiceX } from '../../components/serviceX.ts';
import { StandaloneEnvoy } from '../../components/standaloneEnvoy.ts';
import { Toolbox } from '../../components/toolbox.ts';
import { TrafficSplit } from '../../components/trafficSplit.ts';
import { experiment } from '../../experiment/experiment.ts';
import { expectSoundNames, inputsOf, registrationsOf, treeOf } from '../support/registrations.ts';

const namespace = 'lab';
const host = 'pyserver.lab.svc.cluster.local';
const url = 'http://pyserver/index';

const DEPLOYMENT = 'kubernetes:apps/v1:Deployment';
const ACCOUNT = 'kubernetes:core/v1:ServiceAccount';
const BUDGET = 'kubernetes:policy/v1:PodDisruptionBudget';
const SERVICE = 'kubernetes:core/v1:Service';
const NAMESPACE = 'kubernetes:core/v1:Namespace';
const CONFIG_MAP = 'kubernetes:core/v1:ConfigMap';
const DESTINATION_RULE = 'kubernetes:networking.istio.io/v1:DestinationRule';
const VIRTUAL_SERVICE = 'kubernetes:networking.istio.io/v1:VirtualService';
const GATEWAY = 'kubernetes:networking.istio.io/v1:Gateway';
const TELEMETRY = 'kubernetes:telemetry.istio.io/v1:Telemetry';

const probe = { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 5 };

/** A Deployment as Pod Security `restricted` admits it, for one app with one container. */
function deployment(
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

function service(name: string, port: number, targetPort: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port, targetPort }] },
  };
}

/** Every component with the least arguments that it takes, and the children that it has then. */
const components: Record<string, [make: () => unknown, children: [type: string, name: string][]]> =
  {
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
const TYPES: Readonly<Record<string, string>> = {
  BatchClient: 'Client',
  ClosedLoopClient: 'Client',
  PacedClient: 'Client',
};

describe.each(Object.entries(components))('%s', (kind, [make, children]) => {
  const type = `circuit-lab:index:${TYPES[kind] ?? kind}`;

  it('registers itself and exactly its children, as its own, in the namespace it was given', async () => {
    const registrations = await registrationsOf(make);
    expect(treeOf(registrations)).toEqual([
      [type, 'one', undefined],
      ...children.map(([child, name]) => [child, name, `${type} one`]),
    ]);
    expectSoundNames(registrations);
    const namespaces = registrations
      .filter((each) => each.type !== type && each.type !== NAMESPACE)
      .map(({ inputs }) => (inputs['metadata'] as { namespace: string }).namespace);
    expect(new Set(namespaces)).toEqual(new Set(kind === 'MeshNamespace' ? [] : [namespace]));
  });
});

describe('MeshNamespace', () => {
  it.each([
    [{}, 'mine', 'enabled', 'privileged'],
    [{ namespace: 'lab', injection: true }, 'lab', 'enabled', 'privileged'],
    [{ namespace: 'lab', injection: false }, 'lab', 'disabled', 'restricted'],
    // With Istio CNI.
    [{ podSecurity: 'restricted' as const }, 'mine', 'enabled', 'restricted'],
  ])(
    'of %j is namespace %s with injection %s, admits %s',
    async (args, name, injection, admits) => {
      const registrations = await registrationsOf(() => new MeshNamespace('mine', args));
      expect(inputsOf(registrations, NAMESPACE)).toEqual({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name,
          labels: {
            'istio-injection': injection,
            'pod-security.kubernetes.io/enforce': admits,
            'pod-security.kubernetes.io/warn': 'restricted',
            'pod-security.kubernetes.io/audit': 'restricted',
          },
        },
      });
    },
  );
});

describe('Server', () => {
  it('by default takes 5 s, on port 80 in front of the port that its container listens on', async () => {
    const registrations = await registrationsOf(() => new Server('pyserver', { namespace }));
    expect(inputsOf(registrations, DEPLOYMENT)).toEqual(
      deployment(
        'pyserver',
        { app: 'pyserver', version: 'v1' },
        {
          name: 'server',
          image: 'circuit-lab-server:dev',
          port: 5000,
          env: { PORT: '5000', VERSION: 'v1', DELAY: '5s' },
        },
      ),
    );
    expect(inputsOf(registrations, SERVICE)).toEqual(service('pyserver', 80, 5000));
  });

  it('takes what it is given, outputs too', async () => {
    const registrations = await registrationsOf(
      () =>
        new Server('pyserver', {
          namespace: pulumi.output(namespace),
          image: pulumi.output('registry.example/circuit-lab-server:1'),
          replicas: pulumi.output(3),
          delay: pulumi.output('250ms'),
          keepAlive: pulumi.output(false),
          backlog: pulumi.output(5),
          proxyConcurrency: pulumi.output(1),
        }),
    );
    expect(inputsOf(registrations, DEPLOYMENT)).toEqual(
      deployment(
        'pyserver',
        { app: 'pyserver', version: 'v1' },
        {
          name: 'server',
          image: 'registry.example/circuit-lab-server:1',
          port: 5000,
          env: {
            ...{ PORT: '5000', VERSION: 'v1', DELAY: '250ms' },
            ...{ KEEP_ALIVE: '0', BACKLOG: '5' },
          },
        },
        { replicas: 3, concurrency: 1 },
      ),
    );
  });

  it('with versions is a Deployment for each behind the one Service', async () => {
    const versions = {
      v1: {},
      v2: { status: 502, replicas: 2, delayMin: '0s', delayMax: '4s' },
    };
    const registrations = await registrationsOf(
      () => new Server('pyserver', { namespace, versions }),
    );
    expect(treeOf(registrations).map(([type, name]) => [type, name])).toEqual([
      ['circuit-lab:index:Server', 'pyserver'],
      [ACCOUNT, 'pyserver'],
      [DEPLOYMENT, 'pyserver-v1'],
      [BUDGET, 'pyserver-v2'],
      [DEPLOYMENT, 'pyserver-v2'],
      [SERVICE, 'pyserver'],
    ]);
    const container = { name: 'server', image: 'circuit-lab-server:dev', port: 5000 };
    expect(inputsOf(registrations, DEPLOYMENT, 'pyserver-v1')).toEqual(
      deployment(
        'pyserver-v1',
        { app: 'pyserver', version: 'v1' },
        { ...container, env: { PORT: '5000', VERSION: 'v1', DELAY: '5s' } },
        { account: 'pyserver' },
      ),
    );
    expect(inputsOf(registrations, DEPLOYMENT, 'pyserver-v2')).toEqual(
      deployment(
        'pyserver-v2',
        { app: 'pyserver', version: 'v2' },
        {
          ...container,
          env: { PORT: '5000', VERSION: 'v2', DELAY_MIN: '0s', DELAY_MAX: '4s', STATUS: '502' },
        },
        { replicas: 2, account: 'pyserver' },
      ),
    );
    expect(inputsOf(registrations, SERVICE)).toEqual(service('pyserver', 80, 5000));
  });
});

describe('an app', () => {
  it('has an account of its own, which gets no token', async () => {
    const registrations = await registrationsOf(() => new Server('pyserver', { namespace }));
    expect(inputsOf(registrations, ACCOUNT)).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'pyserver', namespace },
      automountServiceAccountToken: false,
    });
  });

  it.each([
    [undefined, 0],
    [1, 0],
    [2, 1],
    // Perhaps more than one.
    [pulumi.output(1), 1],
  ])('of %s replicas has a disruption budget: %i', async (replicas, budgets) => {
    const registrations = await registrationsOf(
      () => new Server('pyserver', { namespace, ...(replicas !== undefined && { replicas }) }),
    );
    const found = registrations.filter(({ type }) => type === BUDGET).map(({ inputs }) => inputs);
    expect(found).toEqual(
      Array.from({ length: budgets }, () => ({
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'pyserver', namespace },
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: { app: 'pyserver', version: 'v1' } },
        },
      })),
    );
  });
});

describe('a client', () => {
  const HEALTH = { LOG_FORMAT: 'json', HEALTH_PORT: '8080' };
  const clients: [kind: string, make: () => unknown, load: Record<string, string>][] = [
    [
      'BatchClient, as the seed sends',
      () => new BatchClient('pyclient', { namespace, url }),
      { MODE: 'batch', BATCH_SIZE: '10', INTERVAL: '20s', TIMEOUT: '60s' },
    ],
    [
      'BatchClient of its own size',
      () =>
        new BatchClient('pyclient', {
          namespace,
          url,
          batchSize: 3,
          interval: '1s',
          timeout: '2s',
        }),
      { MODE: 'batch', BATCH_SIZE: '3', INTERVAL: '1s', TIMEOUT: '2s' },
    ],
    [
      'ClosedLoopClient, as hey sends',
      () => new ClosedLoopClient('pyclient', { namespace, url }),
      { MODE: 'closed', WORKERS: '50', REQUESTS: '200', TIMEOUT: '60s' },
    ],
    [
      'PacedClient, as a loop around curl sends',
      () => new PacedClient('pyclient', { namespace, url }),
      { MODE: 'paced', INTERVAL: '100ms', REQUESTS: '200', TIMEOUT: '60s' },
    ],
  ];

  it.each(clients)('%s', async (_, make, load) => {
    const registrations = await registrationsOf(make);
    expect(inputsOf(registrations, DEPLOYMENT)).toEqual(
      deployment(
        'pyclient',
        { app: 'pyclient' },
        {
          name: 'client',
          image: 'circuit-lab-client:dev',
          port: 8080,
          env: { URL: url, ...load, ...HEALTH },
        },
      ),
    );
    expect(inputsOf(registrations, SERVICE)).toEqual(service('pyclient', 8080, 8080));
  });

  it('from outside the mesh gets no sidecar', async () => {
    const registrations = await registrationsOf(
      () => new BatchClient('pyclient', { namespace, url, outside: true }),
    );
    expect(inputsOf(registrations, DEPLOYMENT)).toMatchObject({
      spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } },
    });
  });
});

describe('CircuitBreaker', () => {
  const connectionPool = { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } };

  it('is a DestinationRule with the policy as it was given', async () => {
    const registrations = await registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, trafficPolicy: { connectionPool } }),
    );
    expect(inputsOf(registrations, DESTINATION_RULE)).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'pyserver', namespace },
      spec: { host, trafficPolicy: { connectionPool } },
    });
  });

  it('gives each subset its own policy', async () => {
    const subsets = [
      { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { connectionPool } },
      { name: 'v2', labels: { version: 'v2' } },
    ];
    const registrations = await registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, subsets }),
    );
    expect(inputsOf(registrations, DESTINATION_RULE)).toMatchObject({ spec: { host, subsets } });
  });

  const refused: [what: string, args: object, field: string][] = [
    [
      'a negative limit',
      { trafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } } },
      'trafficPolicy.connectionPool.tcp.maxConnections: ',
    ],
    [
      'a misspelt field',
      { trafficPolicy: { connectionPool: { tcp: { maxConection: 5 } } } },
      'trafficPolicy.connectionPool.tcp: Unrecognized key: "maxConection"',
    ],
    [
      'a percentage above 100',
      { trafficPolicy: { outlierDetection: { maxEjectionPercent: 400 } } },
      'trafficPolicy.outlierDetection.maxEjectionPercent: ',
    ],
    [
      "an interval of '1x'",
      { trafficPolicy: { outlierDetection: { interval: '1x' } } },
      'trafficPolicy.outlierDetection.interval: must be a duration with its unit',
    ],
    [
      "a negative limit of a subset's",
      {
        subsets: [{ name: 'v1', trafficPolicy: { connectionPool: { http: { maxRetries: -1 } } } }],
      },
      'subsets.0.trafficPolicy.connectionPool.http.maxRetries: ',
    ],
  ];

  it.each(refused)('refuses %s at once, naming the field', async (_, args, field) => {
    const made = registrationsOf(
      () => new CircuitBreaker('pyserver', { namespace, host, ...args }),
    );
    const error: unknown = await made.catch((reason: unknown) => reason);
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain(field);
    // The CLI prints the message alone, at the component.
    expect(error).toMatchObject({
      hideStack: true,
      resource: expect.any(CircuitBreaker) as unknown,
    });
  });

  it("is typed: a misspelt Istio field does not compile, and is refused where types don't reach", async () => {
    const made = registrationsOf(
      () =>
        new CircuitBreaker('pyserver', {
          namespace,
          host,
          trafficPolicy: {
            // @ts-expect-error -- the field is http1MaxPendingRequests
            connectionPool: { http: { http1MaxPendingRequest: 1 } },
          },
        }),
    );
    await expect(made).rejects.toThrow('Unrecognized key: "http1MaxPendingRequest"');
  });
});

describe('TrafficSplit', () => {
  it('by default sends all to the Service, for all sidecars', async () => {
    const registrations = await registrationsOf(
      () => new TrafficSplit('pyserver', { namespace, host }),
    );
    expect(inputsOf(registrations, VIRTUAL_SERVICE)).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'pyserver', namespace },
      spec: { hosts: [host], http: [{ route: [{ destination: { host } }] }] },
    });
  });

  it('shares the traffic among subsets, with retries, timeout and faults', async () => {
    const retries = { attempts: 3, retryOn: '503' };
    const fault = { abort: { httpStatus: 503, percentage: { value: 10 } } };
    const registrations = await registrationsOf(
      () =>
        new TrafficSplit('pyserver', {
          namespace,
          host,
          hosts: ['*'],
          gateways: [pulumi.output('ingress')],
          weights: { v1: 75, v2: 25 },
          retries,
          timeout: '10s',
          fault,
        }),
    );
    expect(inputsOf(registrations, VIRTUAL_SERVICE)['spec']).toEqual({
      hosts: ['*'],
      gateways: ['ingress'],
      http: [
        {
          route: [
            { destination: { host, subset: 'v1' }, weight: 75 },
            { destination: { host, subset: 'v2' }, weight: 25 },
          ],
          retries,
          timeout: '10s',
          fault,
        },
      ],
    });
  });

  it.each([
    ['retries.attempts', { retries: { attempts: -1 } }],
    ['timeout', { timeout: '5' }],
    ['fault.abort.httpStatus', { fault: { abort: { httpStatus: 99 } } }],
  ])('refuses a bad %s at once', async (field, args) => {
    const made = registrationsOf(() => new TrafficSplit('pyserver', { namespace, host, ...args }));
    const error: unknown = await made.catch((reason: unknown) => reason);
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(new RegExp(`^${field}: `));
  });
});

describe('ServiceX', () => {
  it('is a server of healthy pods and of pods that answer 504 late', async () => {
    const registrations = await registrationsOf(
      () =>
        new ServiceX('servicex', { namespace, faultyReplicas: 3, keepAlive: false, backlog: 5 }),
    );
    expect(treeOf(registrations).map(([type, name]) => [type, name])).toEqual([
      ['circuit-lab:index:Server', 'servicex'],
      [ACCOUNT, 'servicex'],
      [DEPLOYMENT, 'servicex-200'],
      [BUDGET, 'servicex-504'],
      [DEPLOYMENT, 'servicex-504'],
      [SERVICE, 'servicex'],
    ]);
    const container = { name: 'server', image: 'circuit-lab-server:dev', port: 5000 };
    const env = {
      ...{ PORT: '5000', VERSION: '504', DELAY_MIN: '0s', DELAY_MAX: '4s' },
      ...{ KEEP_ALIVE: '0', BACKLOG: '5', STATUS: '504' },
    };
    expect(inputsOf(registrations, DEPLOYMENT, 'servicex-504')).toEqual(
      deployment(
        'servicex-504',
        { app: 'servicex', version: '504' },
        { ...container, env },
        { replicas: 3, account: 'servicex' },
      ),
    );
  });
});

describe('StandaloneEnvoy', () => {
  it('limits its one cluster, and reads its configuration where it is mounted', async () => {
    const thresholds = { max_connections: 20, max_pending_requests: 0 };
    const registrations = await registrationsOf(
      () => new StandaloneEnvoy('envoy', { namespace, upstream: host, thresholds }),
    );
    const { data } = inputsOf(registrations, CONFIG_MAP) as { data: Record<string, string> };
    const bootstrap = JSON.parse(data['envoy.yaml'] ?? '') as {
      static_resources: { clusters: unknown[]; listeners: unknown[] };
    };
    expect(bootstrap.static_resources.clusters).toMatchObject([
      { name: host, circuit_breakers: { thresholds: [thresholds] } },
    ]);
    expect(inputsOf(registrations, DEPLOYMENT)).toMatchObject({
      spec: {
        template: {
          spec: {
            volumes: [{ name: 'files', configMap: { name: 'envoy' } }],
            containers: [
              {
                args: ['--config-path', '/etc/envoy/envoy.yaml', '--concurrency', '2'],
                ports: [{ name: 'http', containerPort: 10_000 }],
                readinessProbe: { tcpSocket: { port: 'http' } },
                volumeMounts: [{ name: 'files', mountPath: '/etc/envoy', readOnly: true }],
              },
            ],
          },
        },
      },
    });
    expect(inputsOf(registrations, SERVICE)).toEqual(service('envoy', 10_000, 10_000));
  });
});

describe('the other objects', () => {
  it('an IngressGateway opens port 80 for HTTP', async () => {
    const registrations = await registrationsOf(
      () => new IngressGateway('pyserver', { namespace, hosts: ['shop.example'] }),
    );
    expect(inputsOf(registrations, GATEWAY)['spec']).toEqual({
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example'] }],
    });
  });

  it('AccessLogging lets every sidecar of the namespace log', async () => {
    const registrations = await registrationsOf(() => new AccessLogging('logs', { namespace }));
    expect(inputsOf(registrations, TELEMETRY)).toEqual({
      apiVersion: 'telemetry.istio.io/v1',
      kind: 'Telemetry',
      metadata: { name: 'logs', namespace },
      spec: { accessLogging: [{ providers: [{ name: 'envoy' }] }] },
    });
  });

  it('AccessLogging lets the gateway log, by its labels', async () => {
    const registrations = await registrationsOf(
      () =>
        new AccessLogging('logs', {
          namespace: 'istio-system',
          selector: { istio: 'ingressgateway' },
          telemetryName: 'mine',
        }),
    );
    expect(inputsOf(registrations, TELEMETRY)).toMatchObject({
      metadata: { name: 'mine', namespace: 'istio-system' },
      spec: {
        selector: { matchLabels: { istio: 'ingressgateway' } },
        accessLogging: [{ providers: [{ name: 'envoy' }] }],
      },
    });
  });

  it('an ExperimentRecord holds the experiment as its reader wants it', async () => {
    const mine = experiment.parse({ stack: 'mine', serviceTime: '5s', batches: 2 });
    const registrations = await registrationsOf(
      () => new ExperimentRecord('record', { namespace, experiment: mine }),
    );
    const { metadata, data } = inputsOf(registrations, CONFIG_MAP) as {
      metadata: object;
      data: Record<string, string>;
    };
    expect(metadata).toEqual({ name: 'circuit-lab', namespace });
    expect(JSON.parse(data['experiment.json'] ?? '')).toEqual(mine);
  });
});

describe("in somebody else's program", () => {
  it('outputs go into other resources', async () => {
    const registrations = await registrationsOf(() => {
      const { namespace: own } = new MeshNamespace('shop');
      const server = new Server('catalogue', { namespace: own });
      const breaker = new CircuitBreaker('catalogue', { namespace: own, host: server.host });
      const client = new BatchClient('buyer', { namespace: own, url: server.url });
      new k8s.core.v1.ConfigMap('links', {
        metadata: { namespace: own },
        data: {
          host: server.host,
          url: server.url,
          rule: breaker.ruleName,
          client: client.deploymentName,
        },
      });
    });
    expect(inputsOf(registrations, CONFIG_MAP)).toMatchObject({
      metadata: { namespace: 'shop' },
      data: {
        host: 'catalogue.shop.svc.cluster.local',
        url: 'http://catalogue/index',
        rule: 'catalogue',
        client: 'buyer',
      },
    });
    expect(inputsOf(registrations, DESTINATION_RULE)).toMatchObject({
      spec: { host: 'catalogue.shop.svc.cluster.local' },
    });
    expectSoundNames(registrations);
  });

  it('a component can be the child of another, and hands options on to its children', async () => {
    class Shop extends pulumi.ComponentResource {
      constructor(name: string) {
        super('shop:index:Shop', name);
        new Server(`${name}-server`, { namespace }, { parent: this });
        this.registerOutputs();
      }
    }
    const registrations = await registrationsOf(() => new Shop('shop'));
    expect(treeOf(registrations)).toEqual([
      ['shop:index:Shop', 'shop', undefined],
      ['circuit-lab:index:Server', 'shop-server', 'shop:index:Shop shop'],
      [ACCOUNT, 'shop-server', 'circuit-lab:index:Server shop-server'],
      [DEPLOYMENT, 'shop-server', 'circuit-lab:index:Server shop-server'],
      [SERVICE, 'shop-server', 'circuit-lab:index:Server shop-server'],
    ]);
    expectSoundNames(registrations);
  });
});

describe('the assertion of sound names', () => {
  it('catches two resources of one type and name, which the mocks let pass', async () => {
    const registrations = await registrationsOf(() => {
      new MeshNamespace('one');
      new k8s.core.v1.Namespace('one');
    });
    expect(registrations).toHaveLength(3);
    expect(() => {
      expectSoundNames(registrations);
    }).toThrow(/names that two resources of a type share.*/);
  });

  it("catches a child that does not bear its parent's name", async () => {
    const registrations = await registrationsOf(() => {
      const parent = new MeshNamespace('one');
      new k8s.core.v1.ConfigMap('two', {}, { parent });
    });
    expect(() => {
      expectSoundNames(registrations);
    }).toThrow(/children whose names do not start with their parent's/);
  });
});
