/** Where objects come from, and the digest by which two runs are known to be of the same ones. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { listStacks } from '../../../config/stackFiles.ts';
import { synth } from '../../../lab/commands/synth.ts';
import { loadSource, type Source } from '../../../lab/objects/source.ts';
import { documents, objects as small, serverWith } from '../../support/manifests.ts';
import { ROOT } from '../../support/project.ts';
import { temporaryFolder } from '../../support/folder.ts';

type Json = Readonly<Record<string, unknown>>;

/** The source that a file of these objects makes. */
function fromManifests(given: readonly Json[], file = join(temporaryFolder(), 'a.yaml')) {
  writeFileSync(file, documents(...given));
  return loadSource(undefined, { manifests: file });
}

let failFast: Source;
beforeAll(async () => {
  failFast = await loadSource('fail-fast', {});
});

describe('a stack as the source', () => {
  it.each(listStacks(ROOT))(
    'gives the same objects in the same order every time: %s',
    async (stack) => {
      const once = await loadSource(stack, {});
      expect(await loadSource(stack, {})).toStrictEqual(once);
      expect(once.experiment.stack).toBe(stack);
      expect(once.digest).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it('puts first what others need', () => {
    const kinds = failFast.objects.map(({ kind }) => kind);
    expect(kinds.indexOf('Namespace')).toBe(0);
    expect(kinds.lastIndexOf('Service')).toBeLessThan(kinds.indexOf('Deployment'));
    expect(kinds.lastIndexOf('ConfigMap')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  it.each(listStacks(ROOT))('is the source that its printed YAML is: %s', async (stack) => {
    const file = join(temporaryFolder(), 'printed.yaml');
    writeFileSync(file, await synth(stack, {}));
    expect(await loadSource(undefined, { manifests: file })).toStrictEqual(
      await loadSource(stack, {}),
    );
  });

  it('has another digest for another value of a key, and the same for the same one', async () => {
    const other = await loadSource('fail-fast', { set: ['maxConnections=6'] });
    expect(other.digest).not.toBe(failFast.digest);
    const same = await loadSource('fail-fast', { set: ['maxConnections=5'] });
    expect(same.digest).toBe(failFast.digest);
  });
});

describe('the digest', () => {
  it('is the same whatever the order of the objects and of their fields', async () => {
    const file = join(temporaryFolder(), 'shuffled.yaml');
    const all = failFast.objects;
    const shuffled = fc.shuffledSubarray([...all], { minLength: all.length });
    await fc.assert(
      fc.asyncProperty(shuffled, fc.boolean(), async (given, turned) => {
        const source = await fromManifests(turned ? given.map(reversed) : given, file);
        expect(source.digest).toBe(failFast.digest);
        expect(source.objects).toEqual(failFast.objects);
      }),
      { numRuns: 40 },
    );
  });

  it('is another one if anything in any object is another', async () => {
    const file = join(temporaryFolder(), 'changed.yaml');
    const all = failFast.objects;
    const places = all.flatMap((object, index) =>
      // The record is read as the experiment: not every text is one.
      object.kind === 'ConfigMap' ? [] : leaves(object).map((path) => [index, path] as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async ([index, path]) => {
        const object = all[index] as Json;
        const other = changed(object, path) as Json;
        const source = await fromManifests(all.with(index, other as (typeof all)[number]), file);
        expect(source.digest).not.toBe(failFast.digest);
      }),
      { numRuns: 60 },
    );
  });

  it('is another one if an object is missing or more', async () => {
    const all = failFast.objects;
    const fewer = await fromManifests(all.slice(0, -1));
    const more = await fromManifests([...all, { ...small.service }]);
    expect(new Set([failFast.digest, fewer.digest, more.digest]).size).toBe(3);
  });
});

describe('manifests as the source', () => {
  it('are an experiment that expects nothing where they carry none', async () => {
    const { experiment } = await fromManifests(Object.values(small));
    expect(experiment).toMatchObject({ stack: 'a.yaml', serviceTime: '1s', expect: [] });
  });

  it.each([
    ['{', 'ConfigMap circuit-lab, experiment.json: is not JSON: '],
    ['{"serviceTime":"5s"}', 'ConfigMap circuit-lab, experiment.json: stack is missing: '],
    [
      '{"stack":"a","serviceTime":"5s","batches":-1}',
      'ConfigMap circuit-lab, experiment.json: batches is -1: must be at least 0',
    ],
    [
      '{"stack":"a","serviceTime":"5s","bathces":1}',
      "ConfigMap circuit-lab, experiment.json: bathces is not a field known here. Did you mean 'batches'?",
    ],
  ])('are refused with a record that is no experiment: %s', async (text, message) => {
    const record = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'circuit-lab', namespace: 'lab' },
      data: { 'experiment.json': text },
    };
    const made = fromManifests([...Object.values(small), record]);
    await expect(made).rejects.toThrow(LabError);
    await expect(made).rejects.toThrow(message);
  });

  it('are refused with a service time that is none', async () => {
    const server = serverWith('circuit-lab-server:dev', { DELAY: 'soon' });
    await expect(fromManifests([small.namespace, server])).rejects.toThrow(
      new LabError(
        "environment variable DELAY is 'soon': must be a duration with its unit, such as '5s', " +
          "'250ms' or '1m30s'",
      ),
    );
  });
});

type Path = readonly (string | number)[];

/** The path of every leaf of the value. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The value with another leaf of the same type at the path. */
function changed(value: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (typeof value === 'number') return value + 1;
    return typeof value === 'boolean' ? !value : `${String(value)}x`;
  }
  if (Array.isArray(value)) {
    return value.with(Number(key), changed(value[Number(key)], rest));
  }
  const object = value as Json;
  return { ...object, [key]: changed(object[String(key)], rest) };
}

/** The value with the fields of all its objects in the opposite order. */
function reversed(value: unknown): Json {
  const turn = (each: unknown): unknown => {
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return each.map(turn);
    return Object.fromEntries(
      Object.entries(each)
        .reverse()
        .map(([key, field]) => [key, turn(field)]),
    );
  };
  return turn(value) as Json;
}
