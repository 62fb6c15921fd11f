/** Texts and JSON values of any characters that there are. */
import fc from 'fast-check';

/**
 * As fast-check's own unit `binary`, which makes a table of all 1.1 million first, anew for each use
 * (half a second).
 */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

/** Beside what fast-check knows to be dangerous, such as `__proto__`. */
export const anyText = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }));

export const anyJson = fc.oneof(fc.jsonValue(), fc.jsonValue({ stringUnit: anyCharacter }));
