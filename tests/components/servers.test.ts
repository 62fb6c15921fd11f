/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { Server } from '../../components/server.ts';
import { ServiceX } from '../../components/serviceX.ts';
import { StandaloneEnvoy } from '../../components/standaloneEnvoy.ts';
import { inputsOf, registrationsOf, treeOf } from '../support/registrations.ts';
import {
  namespace,
  host,
  DEPLOYMENT,
  ACCOUNT,
  BUDGET,
  SERVICE,
  NAMESPACE,
  CONFIG_MAP,
  deployment,
  service,
} from './made.ts';

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
