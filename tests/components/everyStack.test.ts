/** The whole program for every stack: what its objects must agree on for a mesh to work. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listStacks, readStack } from '../../config/stackFiles.ts';
import { loadSource } from '../../lab/objects/source.ts';
import { ROOT } from '../support/project.ts';
import { expectSoundNames, inputsOf, type Registration } from '../support/registrations.ts';
import {
  all,
  type Deployment,
  type Labels,
  matches,
  type Metadata,
  objectsOf,
  run,
  type Service,
} from './program.ts';
import { temporaryFolder } from '../support/folder.ts';

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

  it('is run anew by the digest that its observation will have', async () => {
    // As the run finds them (components/experimentRun.ts), and as `lab run` would make them.
    const manifests = join(temporaryFolder(), 'objects.json');
    writeFileSync(manifests, JSON.stringify({ kind: 'List', items: objectsOf(registrations) }));
    const { digest } = await loadSource(undefined, { manifests });
    const { triggers } = inputsOf(registrations, 'command:local:Command', 'run');
    expect(triggers).toContain(digest);
    expect((await loadSource(stack, {})).digest).toBe(digest);
  });
});
