/** What the program registers on the Kubernetes platform. */
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../experiment/digest.ts';
import { inputsOf, type Registration } from '../support/registrations.ts';
import {
  all,
  CLUSTER,
  type Deployment,
  LAB,
  MAIN,
  matches,
  type Metadata,
  objectsOf,
  run,
} from './program.ts';

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

describe('the program', () => {
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

  it('with a gateway of its own lets it in, and makes nothing outside its namespace; and back', async () => {
    const entered = { ...CLUSTER, gateways: '["ingress"]', entry: 'gateway', mtls: 'strict' };
    const shared = objectsOf(await run('fail-fast', entered));
    const own = objectsOf(await run('fail-fast', { ...entered, ownGateway: 'true' }));
    const outside = (objects: readonly object[]): object[] =>
      objects.filter((object) => JSON.stringify(object).includes('"namespace":"istio-system"'));
    expect(outside(shared)).toMatchObject([{ kind: 'Telemetry' }]);
    expect(outside(own)).toEqual([]);

    const named = (kind: string, name: string): object | undefined =>
      own.find((object) => {
        const one = object as { kind: string; metadata: Metadata };
        return one.kind === kind && one.metadata.name === name;
      });
    expect(JSON.stringify(named('AuthorizationPolicy', 'access-pyserver'))).toContain(
      '/sa/gateway"',
    );
    // Its client has no sidecar, so by no certificate could it be let in.
    expect(named('AuthorizationPolicy', 'access-gateway')).toBeUndefined();
    const policy = JSON.stringify(named('NetworkPolicy', 'network-servers'));
    expect(policy.match(/"gateway"/g)).toHaveLength(2);

    const back = objectsOf(await run('fail-fast', { ...entered, ownGateway: 'false' }));
    expect(digestOf(back)).toBe(digestOf(shared));
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
});
