/**
 * The translation against a real istiod, a field at a time: each proxy of a case is sent resources
 * of the very names that istiod 1.30.3 sent, and those that were saved are the same, but for the
 * paths in leftOut.ts.
 */
import { describe, expect, test } from 'vitest';
import { FIELD_CASES, fieldMesh, madeField, named, savedField } from './fieldCases.ts';
import { nameOf, type Kind, type Resources } from './istiodCases.ts';
import { withoutLeftOut } from './leftOut.ts';

const KINDS: readonly Kind[] = ['clusters', 'endpoints', 'routes', 'listeners'];

describe.each(FIELD_CASES)('%s', (name) => {
  const mesh = fieldMesh(name);
  describe.each(Object.entries(savedField(name)))('%s', (pod, { names, ...saved }) => {
    const made = madeField(mesh, pod);
    test.each(KINDS)('names of %s', (kind) => {
      expect((made[kind] as unknown as Resources).map(nameOf)).toEqual(names[kind]);
    });
    test.each(Object.entries(saved) as [Kind, Resources][])('%s', (kind, resources) => {
      expect(resources.length).toBeGreaterThan(0);
      const ours = named(made[kind], resources.map(nameOf));
      expect(ours).toStrictEqual(withoutLeftOut(kind, resources).value);
    });
  });
});
