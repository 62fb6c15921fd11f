/** Proves which pods the kinds make that make pods. */
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { deployment, leftOutOf, object, shop } from './objects.ts';

const template = {
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'app', image: 'app' }] },
};

function podsOf(...objects: readonly KubernetesObject[]): string[] {
  return shop(...objects)
    .pods.map(({ name }) => name)
    .filter((name) => !['client-0', 'server-0'].includes(name));
}

test.each([
  ['apps/v1', 'Deployment', {}, ['x-0']],
  ['apps/v1', 'Deployment', { replicas: 0 }, []],
  ['extensions/v1beta1', 'Deployment', { replicas: 2 }, ['x-0', 'x-1']],
  ['apps/v1', 'StatefulSet', { replicas: 3, serviceName: 'x' }, ['x-0', 'x-1', 'x-2']],
  ['apps/v1', 'ReplicaSet', { replicas: 2 }, ['x-0', 'x-1']],
  // One node.
  ['apps/v1', 'DaemonSet', {}, ['x-0']],
  ['batch/v1', 'Job', {}, ['x-0']],
  ['batch/v1', 'Job', { parallelism: 3 }, ['x-0', 'x-1', 'x-2']],
  ['batch/v1', 'Job', { parallelism: 3, completions: 2 }, ['x-0', 'x-1']],
])('%s %s with %j makes %j', (apiVersion, kind, spec, pods) => {
  const made = object(apiVersion, kind, 'x', { spec: { ...spec, template } });
  expect(podsOf(made)).toEqual(pods);
  expect(leftOutOf(shop(made)).filter((text) => text.startsWith(kind))).toEqual([]);
});

test("another group's kind of the same name is not one", () => {
  const job = object('batch.volcano.sh/v1alpha1', 'Job', 'x', { spec: {} });
  expect(podsOf(job)).toEqual([]);
  expect(leftOutOf(shop(job))).toEqual([
    'Job shop/x: is of a kind that is not known here: ignored',
  ]);
});

test('a ReplicaSet that its Deployment made makes no pods beside it', () => {
  const owned = object('apps/v1', 'ReplicaSet', 'x-5d4f', { spec: { replicas: 1, template } });
  const ownerReferences = [{ kind: 'Deployment', name: 'x', controller: true }];
  const set = { ...owned, metadata: { ...owned.metadata, ownerReferences } };
  expect(podsOf(deployment('x'), set)).toEqual(['x-0']);
  // Its Deployment is not among the objects.
  expect(podsOf(set)).toEqual(['x-5d4f-0']);
});

test('pods of a StatefulSet that runs already stand for it', () => {
  const set = object('apps/v1', 'StatefulSet', 'x', { spec: { replicas: 2, template } });
  const pod = object('v1', 'Pod', 'x-0', { spec: template.spec, status: { podIP: '10.1.2.3' } });
  const ownerReferences = [{ kind: 'StatefulSet', name: 'x', controller: true }];
  const running = {
    ...pod,
    metadata: { ...pod.metadata, generateName: 'x-', ownerReferences },
  };
  expect(podsOf(set, running)).toEqual(['x-0']);
});
