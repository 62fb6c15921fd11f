/**
 * What only a cluster gets, under Pulumi's mocks: neither an image is built nor a chart installed
 * here, and no network plugin or sidecar judges a policy.
 */
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { AppImages, type AppImagesArgs } from '../../components/appImages.ts';
import { IstioInstallation } from '../../components/istioInstallation.ts';
import { NetworkIsolation } from '../../components/networkIsolation.ts';
import { StrictAccess } from '../../components/strictAccess.ts';
import { projectWith } from '../support/project.ts';
import {
  expectSoundNames,
  inputsOf,
  type Registration,
  registrationsOf,
  treeOf,
} from '../support/registrations.ts';

const namespace = 'lab';
const IMAGE = 'docker:index/image:Image';
const COMMAND = 'command:local:Command';
const RELEASE = 'kubernetes:helm.sh/v3:Release';
const POLICY = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';
const PEERS = 'kubernetes:security.istio.io/v1:PeerAuthentication';
const AUTHORIZATION = 'kubernetes:security.istio.io/v1:AuthorizationPolicy';

/** Registers these children of its own under the component, and nothing else. */
function expectChildren(
  registrations: readonly Registration[],
  kind: string,
  name: string,
  children: readonly (readonly [type: string, name: string])[],
): void {
  const type = `circuit-lab:index:${kind}`;
  expect(treeOf(registrations)).toEqual([
    [type, name, undefined],
    ...children.map(([child, childName]) => [child, childName, `${type} ${name}`]),
  ]);
  expectSoundNames(registrations);
}

describe('NetworkIsolation', () => {
  it('denies what it does not allow: the clients and the gateway to the servers', async () => {
    const registrations = await registrationsOf(
      () => new NetworkIsolation('net', { namespace, servers: ['a'], clients: ['b', 'c'] }),
    );
    expectChildren(registrations, 'NetworkIsolation', 'net', [
      [POLICY, 'net'],
      [POLICY, 'net-servers'],
    ]);
    const istio = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-system' } },
    };
    expect(inputsOf(registrations, POLICY, 'net')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'net', namespace },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: [
          { to: [{ podSelector: {} }] },
          { to: [istio] },
          {
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    });
    expect(inputsOf(registrations, POLICY, 'net-servers')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'net-servers', namespace },
      spec: {
        podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }] },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                podSelector: {
                  matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'c'] }],
                },
              },
              { ...istio, podSelector: { matchLabels: { istio: 'ingressgateway' } } },
            ],
          },
        ],
      },
    });
  });
});

describe('StrictAccess', () => {
  it('asks for mutual TLS, and lets the clients ask each server', async () => {
    const registrations = await registrationsOf(
      () =>
        new StrictAccess('strict', {
          namespace: pulumi.output(namespace),
          servers: ['a', 'd'],
          clients: ['b'],
          istioNamespace: 'mesh',
        }),
    );
    expectChildren(registrations, 'StrictAccess', 'strict', [
      [PEERS, 'strict'],
      [AUTHORIZATION, 'strict-a'],
      [AUTHORIZATION, 'strict-d'],
    ]);
    expect(inputsOf(registrations, PEERS)).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'strict', namespace },
      spec: { mtls: { mode: 'STRICT' } },
    });
    expect(inputsOf(registrations, AUTHORIZATION, 'strict-a')).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'strict-a', namespace },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        action: 'ALLOW',
        rules: [
          {
            from: [
              { source: { principals: ['cluster.local/ns/lab/sa/b'] } },
              { source: { namespaces: ['mesh'] } },
            ],
          },
        ],
      },
    });
  });
});

describe('IstioInstallation', () => {
  it('is the CRDs, istiod and the gateway, of one pinned version', async () => {
    const registrations = await registrationsOf(() => new IstioInstallation('istio'));
    expectChildren(registrations, 'IstioInstallation', 'istio', [
      [RELEASE, 'istio-base'],
      [RELEASE, 'istio-istiod'],
      [RELEASE, 'istio-gateway'],
    ]);
    const common = {
      namespace: 'istio-system',
      version: '1.30.3',
      repositoryOpts: { repo: 'https://istio-release.storage.googleapis.com/charts' },
    };
    const release = (name: string): object => inputsOf(registrations, RELEASE, name);
    expect(release('istio-base')).toMatchObject({
      ...common,
      name: 'istio-base',
      chart: 'base',
      createNamespace: true,
    });
    expect(release('istio-istiod')).toMatchObject({ ...common, name: 'istiod', chart: 'istiod' });
    expect(release('istio-gateway')).toMatchObject({
      ...common,
      // Whose pods have the label istio: ingressgateway, by the chart's own rule.
      name: 'istio-ingressgateway',
      chart: 'gateway',
      values: {
        service: { type: 'ClusterIP' },
        // What a stock gateway leaves out: statistics of clusters, and the client's request id.
        podAnnotations: {
          'proxy.istio.io/config': JSON.stringify({
            proxyStatsMatcher: { inclusionPrefixes: ['cluster.outbound'] },
            proxyHeaders: { requestId: { disabled: true } },
          }),
        },
      },
    });
  });
});

describe('AppImages', () => {
  const images = (args: AppImagesArgs): Promise<Registration[]> =>
    registrationsOf(() => new AppImages('images', args));
  const nameOf = (registrations: readonly Registration[], name: string): string =>
    inputsOf(registrations, IMAGE, name)['imageName'] as string;

  it('to be pushed are built and pushed to the registry, and nothing is loaded', async () => {
    const registrations = await images({ delivery: 'build', registry: 'registry.example/lab' });
    expectChildren(registrations, 'AppImages', 'images', [
      [IMAGE, 'images-server'],
      [IMAGE, 'images-client'],
    ]);
    for (const target of ['server', 'client']) {
      expect(inputsOf(registrations, IMAGE, `images-${target}`)).toEqual({
        imageName: expect.stringMatching(
          new RegExp(`^registry\\.example/lab/circuit-lab-${target}:[0-9a-f]{12}$`),
        ) as string,
        build: { context: 'apps', dockerfile: 'apps/Dockerfile', target },
        buildOnPreview: false,
        skipPush: false,
      });
    }
  });

  it.each([
    ['kind', 'kind load docker-image'],
    ['minikube', 'minikube image load'],
    ['k3d', 'k3d image import'],
  ] as const)('for %s are built and loaded by it', async (delivery, load) => {
    const registrations = await images({ delivery });
    expectChildren(registrations, 'AppImages', 'images', [
      [IMAGE, 'images-server'],
      [COMMAND, 'images-server'],
      [IMAGE, 'images-client'],
      [COMMAND, 'images-client'],
    ]);
    for (const target of ['server', 'client']) {
      const image = nameOf(registrations, `images-${target}`);
      expect(image).toMatch(new RegExp(`^circuit-lab-${target}:[0-9a-f]{12}$`));
      expect(inputsOf(registrations, IMAGE, `images-${target}`)['skipPush']).toBe(true);
      expect(inputsOf(registrations, COMMAND, `images-${target}`)).toEqual({
        create: `${load} ${image}`,
        triggers: [image],
      });
    }
  });

  it('have another tag as soon as a file of the apps is another', async () => {
    const tagOf = async (files: Readonly<Record<string, string>>): Promise<string> =>
      nameOf(await images({ delivery: 'kind', context: projectWith(files) }), 'images-server');
    const tag = await tagOf({ 'main.ts': 'one' });
    expect(await tagOf({ 'main.ts': 'one' })).toBe(tag);
    expect(await tagOf({ 'main.ts': 'two' })).not.toBe(tag);
    expect(await tagOf({ 'other.ts': 'one' })).not.toBe(tag);
  });

  it('are not pushed to nowhere', async () => {
    await expect(images({ delivery: 'build' })).rejects.toThrow(
      'registry: is needed to push images to',
    );
  });
});
