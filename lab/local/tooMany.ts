/** How much one machine runs. */
import { LabError } from '../../errors/labError.ts';
import type { Plan } from '../mesh/plan.ts';

/** Each is a process or two of some 60 MiB; the next machine that runs more of them is a cluster. */
const MOST_PODS = 250;

/** @throws LabError where one machine would not run them all, each as fast as it should */
export function refuseTooMany({ servers, clients, gateways, standalone }: Plan): void {
  const pods = servers.length + clients.length + gateways.length + standalone.length;
  if (pods <= MOST_PODS) return;
  throw new LabError(
    `${pods} pods are too many for one machine: at most ${MOST_PODS} are run. ` +
      'Lower the replicas, or name the manifests of what the experiment is about',
  );
}
