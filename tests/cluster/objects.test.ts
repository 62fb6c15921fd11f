/** What a real API server with Istio's CustomResourceDefinitions says about the stacks' objects. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { listStacks } from '../../config/stackFiles.ts';
import type { KubernetesObject } from '../../lab/objects/object.ts';
import { loadSource, PROJECT_ROOT } from '../../lab/objects/source.ts';
import { destinationRule } from '../support/manifests.ts';
import { apply, createNamespace, kubectl, removeNamespace, namespaceFor } from './kubectl.ts';

const NAMESPACE = namespaceFor('objects');

/** Stacks with a pod that Pod Security `restricted` warns of, and why it has to be so. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const skipped = inject('noCluster') !== '';

describe.skipIf(skipped)('a real API server', () => {
  beforeAll(async () => {
    await createNamespace(NAMESPACE, ['pod-security.kubernetes.io/warn=restricted']);
    // Where a mesh has its gateway, whose log a stack may turn on.
    await kubectl(['create', 'namespace', 'istio-system']);
  });
  afterAll(() => removeNamespace(NAMESPACE));

  it.each(listStacks(PROJECT_ROOT))(
    'takes every object of %s, without a warning',
    async (stack) => {
      const { objects } = await loadSource(stack, { set: [`namespace=${NAMESPACE}`] });
      const { code, stdout, stderr } = await apply(
        objects,
        '--dry-run=server',
        '--force-conflicts',
      );
      expect(stderr).toBe(stderr.includes('PodSecurity') ? (EXCEPTIONS[stack] ?? '') : '');
      expect(code).toBe(0);
      expect(stdout.trim().split('\n')).toHaveLength(objects.length);
    },
  );

  // A negative maxConnections passes Istio's CustomResourceDefinition: istiod's webhook refuses it,
  // and this project's own schema before that.
  const limits = (tcp: object): object => ({ trafficPolicy: { connectionPool: { tcp } } });
  it.each<[what: string, spec: object, message: RegExp]>([
    [
      'a negative limit',
      { trafficPolicy: { outlierDetection: { consecutive5xxErrors: -1 } } },
      /consecutive5xxErrors: Invalid value.*greater than or equal to 0/s,
    ],
    ['an unknown field', limits({ maxConection: 1 }), /unknown field .*maxConection/s],
    ['a bad duration', limits({ connectTimeout: '1x' }), /connectTimeout: Invalid value/],
  ])('refuses %s', async (_, spec, message) => {
    const rule = destinationRule({ host: 'pyserver', ...spec });
    const object = { ...rule, metadata: { name: 'pyserver', namespace: NAMESPACE } };
    const { code, stderr } = await apply(
      [object as unknown as KubernetesObject],
      '--dry-run=server',
    );
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });
});
