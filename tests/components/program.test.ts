/** The whole program for every stack: what its objects must agree on for a mesh to work. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../experiment/digest.ts';
import { EXPERIMENT_CONFIG_MAP } from '../../experiment/experiment.ts';
import { listStacks, readStack } from '../../config/stackFiles.ts';
import circuitLab from '../../index.ts';
import { ROOT } from '../support/project.ts';
import {
  expectSoundNames,
  inputsOf,
  type Registration,
  registrationsOf,
  treeOf,
} from '../support/registrations.ts';

type Labels = Readonly<Record<string, string>>;

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

interface Deployment {
  readonly metadata: Metadata;
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly containers: readonly {
          readonly name: string;
          readonly env?: readonly { readonly name: string; readonly value: string }[];
          readonly ports?: readonly { readonly containerPort: number }[];
          readonly readinessProbe?: object;
          readonly livenessProbe?: object;
          readonly resources?: object;
          readonly securityContext?: object;
        }[];
      };
    };
  };
}

interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
  };
}

function all<T>(registrations: readonly Registration[], kind: string): T[] {
  return registrations
    .filter(({ inputs }) => inputs['kind'] === kind)
    .map(({ inputs }) => inputs as T);
}

function matches(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function run(stack: string, settings: Record<string, string> = {}): Promise<Registration[]> {
  return registrationsOf(circuitLab, { stack, config: { ...readStack(ROOT, stack), ...settings } });
}

const CLUSTER = { platform: 'kubernetes' };
const EXPECT = '[{"name": "answered", "status": 200, "count": [1, 2]}]';
const MAIN = join(ROOT, 'lab/main.ts');
const LAB = join(ROOT, '.lab');

function objectsOf(registrations: readonly Registration[]): object[] {
  return registrations
    .filter(({ type }) => type.startsWith('kubernetes:'))
    .map(({ inputs }) => inputs);
}

/** The client's Deployment, the annotations of its pods, and all other objects. */
function withoutClient(objects: readonly object[]): {
  client: object | undefined;
  annotations: Record<string, string>;
  others: readonly object[];
} {
  const isClient = (object: object): boolean => {
    const { kind, metadata } = object as { kind?: string; metadata?: Metadata };
    return kind === 'Deployment' && metadata?.name === 'pyclient';
  };
  const client = objects.find(isClient) as
    { spec: { template: { metadata: { annotations: Record<string, string> } } } } | undefined;
  return {
    client,
    annotations: client?.spec.template.metadata.annotations ?? {},
    others: objects.filter((object) => !isClient(object)),
  };
}

const stacks: [stack: string, registrations: Registration[]][] = [];
// One after the other: Pulumi's mocks are settings of the process.
for (const stack of listStacks(ROOT)) stacks.push([stack, await run(stack)]);

describe.each(stacks)('the program for %s', (stack, registrations) => {
  const services = all<Service>(registrations, 'Service');
  const deployments = all<Deployment>(registrations, 'Deployment');
  const hosts = services.map(
    ({ metadata }) => `${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`,
  );

  it('has no name twice, neither for Pulumi nor for Kubernetes', () => {
    expectSoundNames(registrations);
    const objects = registrations
      .filter(({ type }) => type.startsWith('kubernetes:'))
      .map(({ inputs }) => {
        const { kind, metadata } = inputs as unknown as { kind: string; metadata: Metadata };
        return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
      });
    expect(new Set(objects).size).toBe(objects.length);
    expect(objects.length).toBeGreaterThan(5);
  });

  it('puts every child under a component, and every object into the one namespace, but the gateway its log', () => {
    const objects = registrations.filter(({ type }) => type.startsWith('kubernetes:'));
    expect(objects.filter(({ parent }) => parent === undefined)).toEqual([]);
    const [namespace] = all<{ metadata: Metadata }>(registrations, 'Namespace');
    const namespaced = objects.filter(({ inputs }) => inputs['kind'] !== 'Namespace');
    const [client] = deployments.filter(({ metadata }) => metadata.name === 'pyclient');
    const url = JSON.stringify(client);
    const elsewhere = namespaced.filter(
      ({ inputs }) => (inputs['metadata'] as Metadata).namespace !== namespace?.metadata.name,
    );
    expect(elsewhere.map(({ inputs }) => inputs)).toEqual(
      url.includes('istio-ingressgateway')
        ? [
            expect.objectContaining({
              kind: 'Telemetry',
              metadata: { name: 'access-logging-circuitbreaker', namespace: 'istio-system' },
            }),
          ]
        : [],
    );
  });

  it('labels the namespace for injection as the stack says', () => {
    const injection = readStack(ROOT, stack)['injection'] === 'true' ? 'enabled' : 'disabled';
    expect(inputsOf(registrations, 'kubernetes:core/v1:Namespace')).toMatchObject({
      metadata: { labels: { 'istio-injection': injection } },
    });
  });

  it('lets each Service reach a port that its pods listen on', () => {
    for (const { metadata, spec } of services) {
      const behind = deployments.filter(({ spec: { template } }) =>
        matches(spec.selector, template.metadata.labels),
      );
      expect(behind.length, `Deployments behind ${metadata.name}`).toBeGreaterThan(0);
      for (const {
        spec: { template },
      } of behind) {
        const open = template.spec.containers.flatMap(({ ports = [] }) =>
          ports.map(({ containerPort }) => containerPort),
        );
        for (const { targetPort } of spec.ports) expect(open).toContain(targetPort);
      }
    }
  });

  it('lets each Deployment own its pods alone', () => {
    for (const { metadata, spec } of deployments) {
      const owners = deployments.filter((other) =>
        matches(other.spec.selector.matchLabels, spec.template.metadata.labels),
      );
      expect(owners.map((owner) => owner.metadata.name)).toEqual([metadata.name]);
    }
  });

  it('names hosts and subsets that exist, and sends the client to one of the hosts', () => {
    const rules = all<{ spec: { host: string; subsets?: { labels: Labels }[] } }>(
      registrations,
      'DestinationRule',
    );
    for (const { spec } of rules) {
      expect(hosts).toContain(spec.host);
      for (const { labels } of spec.subsets ?? []) {
        const members = deployments.filter((each) =>
          matches(labels, each.spec.template.metadata.labels),
        );
        expect(members, JSON.stringify(labels)).not.toEqual([]);
      }
    }
    const routes = all<{ spec: { http: { route: { destination: { host: string } }[] }[] } }>(
      registrations,
      'VirtualService',
    );
    const destinations = routes.flatMap(({ spec }) =>
      spec.http.flatMap(({ route }) => route.map(({ destination }) => destination.host)),
    );
    expect(hosts).toEqual(expect.arrayContaining(destinations));
  });

  it('runs no container without probes, resources and a security context', () => {
    const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
    expect(containers.length).toBeGreaterThan(1);
    for (const container of containers) {
      expect(container.resources).toMatchObject({ limits: { memory: '128Mi' } });
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      if (container.ports === undefined) continue;
      expect(container.readinessProbe).toMatchObject({ periodSeconds: 5 });
      expect(container.livenessProbe).toMatchObject({ periodSeconds: 5 });
    }
  });
});

describe('the program', () => {
  it('for fail-fast registers these resources and no others', async () => {
    const component = (kind: string): string => `circuit-lab:index:${kind}`;
    expect(new Set(treeOf(await run('fail-fast')))).toEqual(
      new Set([
        [component('MeshNamespace'), 'circuitbreaker', undefined],
        [
          'kubernetes:core/v1:Namespace',
          'circuitbreaker',
          `${component('MeshNamespace')} circuitbreaker`,
        ],
        [component('AccessLogging'), 'access-logging', undefined],
        [
          'kubernetes:telemetry.istio.io/v1:Telemetry',
          'access-logging',
          `${component('AccessLogging')} access-logging`,
        ],
        [component('Server'), 'pyserver', undefined],
        ['kubernetes:core/v1:ServiceAccount', 'pyserver', `${component('Server')} pyserver`],
        ['kubernetes:apps/v1:Deployment', 'pyserver', `${component('Server')} pyserver`],
        ['kubernetes:core/v1:Service', 'pyserver', `${component('Server')} pyserver`],
        [component('CircuitBreaker'), 'pyserver', undefined],
        [
          'kubernetes:networking.istio.io/v1:DestinationRule',
          'pyserver',
          `${component('CircuitBreaker')} pyserver`,
        ],
        [component('Client'), 'pyclient', undefined],
        ['kubernetes:core/v1:ServiceAccount', 'pyclient', `${component('Client')} pyclient`],
        ['kubernetes:apps/v1:Deployment', 'pyclient', `${component('Client')} pyclient`],
        ['kubernetes:core/v1:Service', 'pyclient', `${component('Client')} pyclient`],
        [component('ExperimentRecord'), 'experiment', undefined],
        [
          'kubernetes:core/v1:ConfigMap',
          'experiment',
          `${component('ExperimentRecord')} experiment`,
        ],
        ['command:local:Command', 'preflight', undefined],
        ['command:local:Command', 'record', undefined],
        ['pulumi:providers:kubernetes', 'local', undefined],
        [component('ExperimentRun'), 'run', undefined],
        ['command:local:Command', 'run', `${component('ExperimentRun')} run`],
      ]),
    );
  });

  it('on the local platform renders its objects, and runs them as the program has them', async () => {
    const registrations = await run('fail-fast');
    expect(inputsOf(registrations, 'pulumi:providers:kubernetes')).toEqual({
      renderYamlToDirectory: join(LAB, 'fail-fast/manifests'),
    });
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(inputsOf(registrations, 'command:local:Command', 'run')).toEqual({
      create: `exec node ${MAIN} record ${LAB}/fail-fast/run --manifests ${LAB}/fail-fast/objects.json`,
      update: 'printf %s "$PULUMI_COMMAND_STDOUT"',
      triggers: [digest],
      logging: 'stderr',
    });
    expect(existsSync(join(LAB, 'fail-fast'))).toBe(false);
  });

  it('on the local platform asks first whether this machine can run it', async () => {
    expect(inputsOf(await run('fail-fast'), 'command:local:Command', 'preflight')).toEqual({
      create: `exec node ${MAIN} preflight fail-fast`,
      update: 'true',
      triggers: ['', '', ''],
      logging: 'stderr',
    });
  });

  it('takes a folder that nobody has, and removes it in the end', async () => {
    const folder = inputsOf(await run('fail-fast'), 'command:local:Command', 'record');
    expect(folder).toMatchObject({ update: 'true', delete: `exec rm -rf ${LAB}/fail-fast` });
    expect(folder['create']).toMatch(/^test ! -e .*; exec mkdir -p .*\/\.lab\/fail-fast$/);
  });

  it('runs again when an object changes, and only then', async () => {
    const digest = async (settings: Record<string, string>): Promise<unknown> =>
      inputsOf(await run('fail-fast', settings), 'command:local:Command', 'run')['triggers'];
    const unchanged = await digest({});
    expect(await digest({})).toEqual(unchanged);
    expect(await digest({ maxConnections: '3' })).not.toEqual(unchanged);
    expect(await digest({ serverDelay: '4s' })).not.toEqual(unchanged);
    expect(await digest({ expect: EXPECT })).not.toEqual(unchanged);
    // Else it would not fail for what it has seen before.
    expect(await digest({ failOnMismatch: 'true' })).not.toEqual(unchanged);
    // Words for people.
    expect(await digest({ description: 'other words' })).toEqual(unchanged);
    expect(await digest({ seed: 'another' })).toEqual(unchanged);
    const because = EXPECT.replace('[1, 2]', '[1, 2], "because": "I saw it"');
    expect(await digest({ expect: because })).toEqual(await digest({ expect: EXPECT }));
  });

  it.each(['server', 'servicex'])('tells each %s how to treat connections', async (workload) => {
    const environments = async (settings: Record<string, string>): Promise<unknown[]> => {
      const registrations = await run('baseline', { workload, ...settings });
      return all<Deployment>(registrations, 'Deployment')
        .flatMap(({ spec }) => spec.template.spec.containers)
        .filter(({ name }) => name === 'server')
        .map(({ env }) => Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])));
    };
    const pods = workload === 'server' ? 1 : 2;
    expect(await environments({})).toMatchObject(
      Array(pods).fill({ KEEP_ALIVE: '1', BACKLOG: '511' }),
    );
    expect(await environments({ serverKeepAlive: 'false', serverBacklog: '5' })).toMatchObject(
      Array(pods).fill({ KEEP_ALIVE: '0', BACKLOG: '5' }),
    );
  });

  it('on the kubernetes platform has the same objects, and what keeps others away', async () => {
    const objects = objectsOf(await run('fail-fast'));
    const onCluster = objectsOf(await run('fail-fast', CLUSTER));
    const added = onCluster.filter(({ kind }: { kind?: string }) => kind === 'NetworkPolicy');
    expect(added).toHaveLength(2);
    const same = onCluster.filter((object) => !added.includes(object));
    const { client, annotations, others } = withoutClient(same);
    expect(annotations['circuit-lab/measures']).toMatch(/^[0-9a-f]{64}$/);
    delete annotations['circuit-lab/measures'];
    // It waits until it is observed.
    const delay = ',{"name":"INITIAL_DELAY","value":"20s"}';
    expect(JSON.stringify(client)).toContain(delay);
    const sameClient = JSON.parse(JSON.stringify(client).replace(delay, '')) as object;
    expect([...others, sameClient]).toEqual(expect.arrayContaining(objects));
    expect(same).toHaveLength(objects.length);
  });

  it('on the kubernetes platform begins with a new client where what it measures has changed', async () => {
    const measured = async (settings: Record<string, string>): Promise<unknown> => {
      const registrations = await run('fail-fast', { ...CLUSTER, ...settings });
      const { annotations } = withoutClient(registrations.map(({ inputs }) => inputs));
      return annotations['circuit-lab/measures'];
    };
    const unchanged = await measured({});
    expect(await measured({})).toBe(unchanged);
    expect(await measured({ maxConnections: '3' })).not.toBe(unchanged);
    // Its own settings change its pods anyway.
    expect(await measured({ requestTimeout: '9s' })).toBe(unchanged);
  });

  it('on the kubernetes platform observes the very objects that it applies', async () => {
    const registrations = await run('fail-fast', CLUSTER);
    const observed = inputsOf(registrations, 'command:local:Command', 'run');
    // None of its inputs holds the objects, which would all stand in every diff.
    expect(observed).toEqual({
      create:
        `exec node ${MAIN} record ${LAB}/fail-fast/run ` +
        `--manifests ${LAB}/fail-fast/objects.json --deployed`,
      update: 'printf %s "$PULUMI_COMMAND_STDOUT"',
      triggers: [digestOf(objectsOf(registrations)), '--deployed'],
      logging: 'stderr',
    });
    expect(inputsOf(registrations, 'command:local:Command', 'preflight')).toMatchObject({
      create: `exec node ${MAIN} preflight fail-fast --namespace circuitbreaker`,
      // Once the stack is there, its own namespace would be in its way.
      update: 'true',
      triggers: ['circuitbreaker', '', ''],
    });
  });

  it('observes the cluster that the provider is configured for', async () => {
    const create = async (settings: Record<string, string>): Promise<unknown> => {
      const registrations = await run('fail-fast', { ...CLUSTER, ...settings });
      return inputsOf(registrations, 'command:local:Command', 'run')['create'];
    };
    expect(
      await create({
        'kubernetes:kubeconfig': "/home/o'brien/kube config",
        'kubernetes:context': 'kind-lab',
      }),
    ).toBe(
      `exec node ${MAIN} record ${LAB}/fail-fast/run ` +
        `--manifests ${LAB}/fail-fast/objects.json --deployed ` +
        "--kubeconfig '/home/o'\\''brien/kube config' --context kind-lab",
    );
    await expect(create({ 'kubernetes:kubeconfig': '{"kind":"Config"}' })).rejects.toThrow(
      /^kubernetes:kubeconfig holds a kubeconfig: it must be the path of a file/,
    );
  });

  it.each([
    ['fail-fast', {}, ['pyserver'], ['pyclient']],
    ['fail-fast', { toolbox: 'true' }, ['pyserver'], ['pyclient', 'sleep', 'fortio']],
    ['envoy-lab', {}, undefined, undefined],
  ])(
    'lets the network and mutual TLS agree on who may ask whom: %s %j',
    async (stack, settings, servers = ['pyserver', 'envoy'], clients = ['pyclient', 'envoy']) => {
      const strict = { platform: 'kubernetes', mtls: 'strict', injection: 'true' };
      const registrations = await run(stack, { ...strict, ...settings });
      const selects = (values: string[]): object => ({
        matchExpressions: [{ key: 'app', operator: 'In', values }],
      });
      const policy = inputsOf(
        registrations,
        'kubernetes:networking.k8s.io/v1:NetworkPolicy',
        'network-servers',
      );
      expect(policy['spec']).toMatchObject({
        podSelector: selects(servers),
        ingress: [{ from: [{ podSelector: selects(clients) }, {}] }],
      });
      const allowed = all<{ spec: object }>(registrations, 'AuthorizationPolicy');
      const [namespace] = all<{ metadata: Metadata }>(registrations, 'Namespace');
      const principals = clients.map(
        (app) => `cluster.local/ns/${namespace?.metadata.name ?? ''}/sa/${app}`,
      );
      expect(allowed.map(({ spec }) => spec)).toEqual(
        servers.map((app) => ({
          selector: { matchLabels: { app } },
          action: 'ALLOW',
          rules: [
            { from: [{ source: { principals } }, { source: { namespaces: ['istio-system'] } }] },
          ],
        })),
      );
      // A principal that no pod has would let nobody in.
      const accounts = all<{ metadata: Metadata }>(registrations, 'ServiceAccount');
      expect(accounts.map(({ metadata }) => metadata.name)).toEqual(
        expect.arrayContaining(clients),
      );
      for (const app of [...servers, ...clients]) {
        const pods = all<Deployment>(registrations, 'Deployment').filter(({ spec }) =>
          matches({ app }, spec.template.metadata.labels),
        );
        expect(pods.length, app).toBeGreaterThan(0);
        for (const { spec } of pods) {
          expect(spec.template.spec).toMatchObject({ serviceAccountName: app });
        }
      }
    },
  );

  it('builds images, and installs Istio, only for a cluster and where it is asked to', async () => {
    const settings = { images: 'kind', installIstio: 'true' };
    const made = (all: Registration[]): unknown[] =>
      all
        .map(({ type, name }) => `${type} ${name}`)
        .filter((each) => /docker:|Release|AppImages|IstioInstallation/.test(each));
    expect(made(await run('fail-fast', settings))).toEqual([]);
    expect(made(await run('fail-fast', { platform: 'kubernetes' }))).toEqual([]);

    const onCluster = await run('fail-fast', { ...settings, platform: 'kubernetes' });
    expect(made(onCluster)).toEqual([
      'circuit-lab:index:IstioInstallation istio',
      'kubernetes:helm.sh/v3:Release istio-base',
      'kubernetes:helm.sh/v3:Release istio-istiod',
      'kubernetes:helm.sh/v3:Release istio-gateway',
      'circuit-lab:index:AppImages images',
      'docker:index/image:Image images-server',
      'docker:index/image:Image images-client',
    ]);
    const used = all<Deployment>(onCluster, 'Deployment').map(
      ({ spec }) => (spec.template.spec.containers[0] as unknown as { image: string }).image,
    );
    expect(used).toEqual([
      expect.stringMatching(/^circuit-lab-server:[0-9a-f]{12}$/),
      expect.stringMatching(/^circuit-lab-client:[0-9a-f]{12}$/),
    ]);
  });

  it('has a DestinationRule only where something is limited', async () => {
    const rules = async (stack: string): Promise<unknown[]> =>
      all(await run(stack), 'DestinationRule');
    expect(await rules('baseline')).toEqual([]);
    expect(await rules('fail-fast')).toMatchObject([
      {
        spec: {
          host: 'pyserver.circuitbreaker.svc.cluster.local',
          trafficPolicy: {
            connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } },
          },
        },
      },
    ]);
  });

  it('carries the experiment in its own objects', async () => {
    const maps = all<{ metadata: Metadata; data: Labels }>(await run('fail-fast'), 'ConfigMap');
    const record = maps.find(({ metadata }) => metadata.name === EXPERIMENT_CONFIG_MAP);
    expect(JSON.parse(record?.data['experiment.json'] ?? '')).toMatchObject({
      stack: 'fail-fast',
      serviceTime: '5s',
    });
  });

  it('refuses configuration with an error that the CLI prints without a stack, before any object', async () => {
    const seen: unknown[] = [];
    const error: unknown = await registrationsOf(
      () => {
        pulumi.runtime.registerStackTransformation(({ type }) => {
          seen.push(type);
          return undefined;
        });
        circuitLab();
      },
      { stack: 'fail-fast', config: { ...readStack(ROOT, 'fail-fast'), maxConnections: 'five' } },
    ).catch((reason: unknown) => reason);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(
      /^Pulumi\.fail-fast\.yaml: maxConnections: 'five' is not allowed\. Allowed: .*\. For example: /,
    );
    expect(seen).toEqual([]);
  });
});
