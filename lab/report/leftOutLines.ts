/** What is left out, for people: what may change an outcome first and in full, the rest in a line. */
import { type LeftOut, leftOutText } from '../../experiment/leftOut.ts';

/** Objects named in the line of what changes no outcome. */
const NAMED = 4;

export function leftOutLines(all: readonly LeftOut[]): string[] {
  const full = all.filter(({ object, mayChangeOutcomes }) => mayChangeOutcomes || !object);
  const rest = Map.groupBy(
    all.filter(({ object, mayChangeOutcomes }) => !mayChangeOutcomes && object),
    ({ object }) => object,
  );
  const named = [...rest].slice(0, NAMED).map(([object = '', entries]) => {
    const fields = entries.flatMap(({ field }) => field ?? []);
    return fields.length === 0 ? object : `${object} (${fields.join(', ')})`;
  });
  const more = rest.size > NAMED ? ` and ${rest.size - NAMED} more objects` : '';
  return [
    ...full
      .toSorted((a, b) => Number(b.mayChangeOutcomes) - Number(a.mayChangeOutcomes))
      .map(leftOutText),
    ...(named.length === 0 ? [] : [`changing no outcome: ${named.join(', ')}${more}`]),
  ];
}
