/** Objects that are given more than once. */
import { isDeepStrictEqual } from 'node:util';
import { LabError } from '../../errors/labError.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { placeOf } from '../objects/origin.ts';
import { nameOf } from '../objects/parse.ts';

/**
 * Each object once: of two in manifests the later, as kubectl would apply them one after the other.
 *
 * @throws LabError for two that no manifest holds: a program cannot make an object that is there
 */
export function eachOnce(objects: readonly KubernetesObject[]): {
  objects: KubernetesObject[];
  leftOut: LeftOut[];
} {
  const byKey = Map.groupBy(
    objects,
    (object) => `${object.apiVersion.split('/').slice(0, -1).join('/')} ${nameOf(object)}`,
  );
  const leftOut = [...byKey.values()].flatMap((all): LeftOut[] => {
    const last = all.at(-1);
    const replaced = all.slice(0, -1).filter((earlier) => !isDeepStrictEqual(earlier, last));
    if (last === undefined || all.length === 1) return [];
    if (placeOf(last) === undefined) throw new LabError(`${nameOf(last)}: is given more than once`);
    if (replaced.length === 0) return [];
    const places = replaced.map((object) => placeOf(object)).join(', ');
    return [
      {
        object: nameOf(last),
        sentence: `is given more than once: that of ${placeOf(last) ?? ''} holds, as it comes last, and not that of ${places}`,
        mayChangeOutcomes: true,
      },
    ];
  });
  return { objects: [...byKey.values()].flatMap((all) => all.at(-1) ?? []), leftOut };
}
