import type { Alerts } from '../../experiment/alerts.ts';
import { housed } from '../mesh/madeUp/complete.ts';
import { meshOf } from '../mesh/mesh.ts';
import type { Mesh } from '../mesh/model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { breakersOf } from './breakers.ts';
import { dashboardOf } from './dashboard.ts';
import { groupsOf } from './rules.ts';

/** What watches a mesh's breakers; without groups where no object limits anything. */
export function alertsOf(stack: string, mesh: Mesh): Alerts {
  const breakers = breakersOf(mesh);
  return {
    stack,
    groups: groupsOf(breakers),
    dashboard: { ...dashboardOf(stack, breakers) },
  };
}

/**
 * @param objects as the program asks for them
 * @param deployed whether they are what a cluster has, to which nothing is made up
 */
export function alertsOfObjects(
  stack: string,
  objects: readonly unknown[],
  deployed: boolean,
): Alerts {
  const own = objects as readonly KubernetesObject[];
  return alertsOf(stack, deployed ? meshOf(own) : housed(own).mesh);
}
