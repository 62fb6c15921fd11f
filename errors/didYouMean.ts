/** The known word that somebody is likely to have meant. */
import { closest, distance } from 'fastest-levenshtein';

/** Undefined where no known word is near: a far one would mislead. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const found = closest(word, known);
  const isNear = distance(word, found) <= Math.max(2, word.length / 3);
  // A name with its port or its namespace, or without, is the same name.
  return isNear || [word.indexOf(found), found.indexOf(word)].includes(0) ? found : undefined;
}

/**
 * What ends a message about an unknown word: the near one, or else all there are.
 *
 * @param all how those are called, such as `Stacks`, where they are always of use
 */
export function didYouMean(word: string, known: readonly string[], all?: string): string {
  const meant = nearest(word, known);
  const hint = meant === undefined ? [] : [`Did you mean '${meant}'?`];
  if (all !== undefined) return [...hint, `${all}: ${known.join(', ')}`].join(' ');
  return hint[0] ?? `Known: ${known.join(', ')}.`;
}
