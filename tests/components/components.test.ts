/**
 * What each component registers, under Pulumi's mocks: this proves what Pulumi is asked for, not
 * that a cluster takes it.
 */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { AccessLogging } from '../../components/accessLogging.ts';
import { ExperimentRecord } from '../../components/experimentRecord.ts';
import { GatewayProxy } from '../../components/gatewayProxy.ts';
import { IngressGateway } from '../../components/ingressGateway.ts';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { Server } from '../../components/server.ts';
import { experiment } from '../../experiment/experiment.ts';
import { expectSoundNames, inputsOf, registrationsOf, treeOf } from '../support/registrations.ts';
import {
  ACCOUNT,
  BUDGET,
  CONFIG_MAP,
  DEPLOYMENT,
  GATEWAY,
  NAMESPACE,
  SERVICE,
  TELEMETRY,
  TYPES,
  components,
  namespace,
} from './made.ts';

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

  it('a GatewayProxy is what the injector makes a gateway of, and a Gateway opens it', async () => {
    const registrations = await registrationsOf(() => {
      const proxy = new GatewayProxy('entry', { namespace, selectedBy: 'lab-gateway' });
      return new IngressGateway('pyserver', { namespace, proxy });
    });
    expect(inputsOf(registrations, GATEWAY)['spec']).toMatchObject({
      selector: { istio: 'lab-gateway' },
    });
    expect(inputsOf(registrations, DEPLOYMENT)['spec']).toMatchObject({
      selector: { matchLabels: { app: 'entry' } },
      template: {
        metadata: {
          labels: { app: 'entry', istio: 'lab-gateway', 'sidecar.istio.io/inject': 'true' },
          annotations: { 'inject.istio.io/templates': 'gateway' },
        },
        spec: {
          containers: [{ name: 'istio-proxy', image: 'auto', imagePullPolicy: 'IfNotPresent' }],
        },
      },
    });
    expect(inputsOf(registrations, SERVICE)['spec']).toEqual({
      selector: { app: 'entry' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
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
