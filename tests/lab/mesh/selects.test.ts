/** Proves what a selector selects. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selects } from '../../../lab/mesh/selects.ts';

describe('a selector', () => {
  const labels = fc.dictionary(
    fc.constantFrom('app', 'version', 'tier'),
    fc.constantFrom('a', 'b'),
  );

  test('selects what has all of its labels, and nothing where it has none', () => {
    fc.assert(
      fc.property(labels, labels, (selector, own) => {
        const all = Object.keys(selector).every((key) => selector[key] === own[key]);
        expect(selects(selector, own)).toBe(all && Object.keys(selector).length > 0);
      }),
    );
  });

  test('goes on selecting what gets more labels', () => {
    fc.assert(
      fc.property(labels, labels, (selector, more) => {
        fc.pre(Object.keys(selector).length > 0);
        expect(selects(selector, { ...more, ...selector })).toBe(true);
      }),
    );
  });
});
