/** What of Pulumi's SDKs the program does not use is loaded when it is used, and then works. */
import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import '../../../lab/objects/leanSdk.ts';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { loadSource } from '../../../lab/objects/source.ts';

const require = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));
const loaded = (): string[] => Object.keys(require.cache).map((path) => path.replaceAll('\\', '/'));
const ofArborist = (path: string): boolean => path.includes('@npmcli/arborist/lib/arborist/');

it('the SDK is loaded without them, and serializes functions all the same', async () => {
  expect(loaded().some((path) => path.includes('@pulumi/pulumi/runtime/'))).toBe(true);
  expect(loaded().some(ofArborist)).toBe(false);

  const one = 1;
  const { text } = await pulumi.runtime.serializeFunction(() => one + 1);
  expect(text).toContain('one + 1');

  const { Arborist } = require('@npmcli/arborist') as { Arborist: unknown };
  expect(Arborist).toBeTypeOf('function');
  expect(loaded().some(ofArborist)).toBe(true);
});

it('an API group of Kubernetes is loaded with the first of its kinds', () => {
  const ofBatch = (path: string): boolean => path.includes('@pulumi/kubernetes/batch/v1/');
  expect(loaded().some(ofBatch)).toBe(false);
  expect(k8s.batch.v1.Job).toBeTypeOf('function');
  expect(loaded().some(ofBatch)).toBe(true);
});

it('no stack is made a text of for a promise or a resource of the program', async () => {
  const texts: string[] = [];
  const spy = vi.spyOn(Error, 'prepareStackTrace').mockImplementation((error, sites) => {
    texts.push(sites[0]?.getFileName() ?? '');
    return String(error);
  });
  try {
    const { objects } = await loadSource('fail-fast', {});
    expect(objects).not.toEqual([]);
  } finally {
    spy.mockRestore();
  }
  expect(texts.filter((path) => path.includes('@pulumi'))).toEqual([]);
});
