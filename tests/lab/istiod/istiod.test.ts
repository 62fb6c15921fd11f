/**
 * The translation against a real istiod, field by field: for the objects of each case, the
 * clusters, endpoints, routes and listeners of each proxy are the very ones that istiod 1.30.3
 * sent, but for the paths in leftOut.ts.
 */
import { describe, expect, test } from 'vitest';
import { CASES, expected, made, nameOf, objectsOf } from './istiodCases.ts';
import { LEFT_OUT, withoutLeftOut } from './leftOut.ts';

describe.each(CASES)('%s', (name) => {
  describe.each(expected(name))('%s', (role, kinds) => {
    const ours = made(name, role);
    test.each(kinds)('%s', (kind, resources) => {
      expect(ours[kind].map(nameOf)).toEqual(resources.map(nameOf));
      expect(ours[kind]).toStrictEqual(withoutLeftOut(kind, resources).value);
    });
  });
});

/** The comparison is worth something only as long as it covers all that was saved. */
test('61 cases and two whole dumps are compared', () => {
  expect(CASES.filter((name) => !name.startsWith('full-'))).toHaveLength(61);
  expect(CASES.filter((name) => name.startsWith('full-'))).toHaveLength(2);
});

describe('what is left out', () => {
  const used = new Set(
    CASES.flatMap(expected).flatMap(([, kinds]) =>
      kinds.flatMap(([kind, resources]) => [...withoutLeftOut(kind, resources).used]),
    ),
  );
  test.each(LEFT_OUT)('$path is still needed', (entry) => {
    expect(used).toContain(entry);
  });

  test('nothing of it is in what this project makes', () => {
    for (const name of CASES) {
      for (const [role, kinds] of expected(name)) {
        const ours = made(name, role);
        for (const [kind] of kinds) {
          expect(withoutLeftOut(kind, ours[kind]).used.size).toBe(0);
        }
      }
    }
  });
});

/** That the comparison can fail: one number less in the input is seen in the cluster. */
test('a changed limit is a difference', () => {
  const objects = objectsOf('max-connections-5').map((object) =>
    object.kind === 'DestinationRule'
      ? (JSON.parse(
          JSON.stringify(object).replace('"maxConnections":5', '"maxConnections":4'),
        ) as typeof object)
      : object,
  );
  const clusters = expected('max-connections-5')[0]?.[1].find(([kind]) => kind === 'clusters')?.[1];
  const expectedClusters = withoutLeftOut('clusters', clusters ?? []).value;
  expect(made('max-connections-5', 'client').clusters).toEqual(expectedClusters);
  expect(made('max-connections-5', 'client', objects).clusters).not.toEqual(expectedClusters);
});
