/** Alerts for the program: made of its objects, and loaded only where they are asked for. */
import type { Alerts } from '../experiment/alerts.ts';

/** @param deployed whether the objects are what a cluster will have, to which nothing is made up */
export function alerterOf(
  stack: string,
  deployed: boolean,
): (objects: readonly unknown[]) => Promise<Alerts> {
  return async (objects) => {
    const { alertsOfObjects } = await import('./alerts/alertsOf.ts');
    return alertsOfObjects(stack, objects, deployed);
  };
}
