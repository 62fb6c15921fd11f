/** A stack's objects, by evaluating the program in this process. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { projectDefaults, readStack } from '../../../config/stackFiles.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { synthesize } from '../../../lab/objects/synth.ts';
import { ROOT } from '../../support/project.ts';

const SLICE = {
  baseline: [],
  dev: ['DestinationRule'],
  'fail-fast': ['DestinationRule'],
  'max-connections': ['DestinationRule'],
};

function kinds(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ kind }) => kind).sort();
}

/** What the objects say of the stack that they were made for. */
function stackOf(objects: readonly KubernetesObject[]): unknown {
  const record = objects.find(({ metadata }) => metadata.name === 'circuit-lab');
  const data = record?.['data'] as Record<string, string>;
  return (JSON.parse(data['experiment.json'] ?? '') as { stack: unknown }).stack;
}

const synth = (stack: string, settings: Record<string, string> = {}): Promise<KubernetesObject[]> =>
  synthesize(stack, { ...readStack(ROOT, stack), ...settings });

describe('synthesize', () => {
  // The program and Pulumi's SDK are loaded by the first one.
  beforeAll(() => synth('baseline'));

  it.each(Object.entries(SLICE))('makes the objects of %s, and no others', async (stack, own) => {
    const objects = await synth(stack);
    const app = ['Deployment', 'Service', 'ServiceAccount'];
    const common = ['ConfigMap', 'Namespace', 'Telemetry', ...app, ...app];
    expect(kinds(objects)).toEqual([...common, ...own].sort());
    expect(stackOf(objects)).toBe(stack);
  });

  it('makes plain data: nothing is left of outputs, classes or what is undefined', async () => {
    const objects = await synth('fail-fast');
    expect(objects).toStrictEqual(JSON.parse(JSON.stringify(objects)));
  });

  it('takes no chart for an object, where Istio is installed', async () => {
    const onCluster = { platform: 'kubernetes' };
    const objects = await synth('fail-fast', { ...onCluster, installIstio: 'true' });
    expect(objects).toEqual(await synth('fail-fast', onCluster));
    expect(() => meshOf(objects)).not.toThrow();
  });

  it('needs no stack file: a stack is a name and values', async () => {
    const objects = await synthesize('mine', { ...projectDefaults(ROOT), namespace: 'mine' });
    expect(stackOf(objects)).toBe('mine');
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.name).toBe('mine');
  });

  it('does not mix two stacks of one process, one after the other', async () => {
    const before = await synth('fail-fast');
    expect(kinds(await synth('baseline'))).not.toContain('DestinationRule');
    expect(new Set(await synth('fail-fast'))).toEqual(new Set(before));
  });

  it('does not mix them when both are asked for at once', async () => {
    const together = await Promise.all([synth('fail-fast'), synth('baseline'), synth('dev')]);
    expect(together.map(stackOf)).toEqual(['fail-fast', 'baseline', 'dev']);
    expect(together.map((objects) => objects.length)).toEqual([10, 9, 10]);
  });

  it.each([
    [{ maxConnections: 'five' }, "Pulumi.baseline.yaml: maxConnections: 'five' is not allowed."],
    [{ maxConection: '5' }, "Pulumi.baseline.yaml: unknown key 'maxConection'."],
    [
      { maxConcurrentStreams: '5' },
      "Pulumi.baseline.yaml: maxConcurrentStreams: '5' has no effect on HTTP/1.1",
    ],
  ])('tells refused configuration as an LabError: %j', async (settings, message) => {
    const error: unknown = await synth('baseline', settings).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).message).toContain(message);
  });

  it('works again after a refusal', async () => {
    await expect(synth('baseline', { batchSize: '0' })).rejects.toThrow(LabError);
    expect(stackOf(await synth('baseline'))).toBe('baseline');
  });
});
