/** An experiment as what is simulated: of its mesh, and of what istiod sends to its proxies. */
import { LOADS } from '../../../apps/contract.ts';
import { durationMs } from '../../../istio/duration.ts';
import { planOf } from '../../mesh/plan.ts';
import type { Prepared } from '../../watch/observe.ts';
import { type Costs, MEASURED } from '../costs.ts';
import type { Model } from '../model.ts';

/**
 * Naive as yet: the clients, and nothing that they call.
 *
 * @throws LabError for what cannot be predicted
 */
export function modelOf({ mesh, experiment, timeScale }: Prepared, costs: Costs = MEASURED): Model {
  return {
    costs,
    watch: {
      serviceTimeMs: durationMs(experiment.serviceTime) * timeScale,
      inBatches: LOADS[experiment.load].inBatches,
      batches: experiment.batches,
      warmBatches: experiment.warmBatches,
      maxBatches: experiment.maxBatches,
    },
    clients: planOf(mesh).clients.map(({ pod }) => ({
      pod: `${pod.namespace}/${pod.name}`,
      ask: 0,
      doors: [],
      timeoutMs: Infinity,
      load: { mode: 'batch', size: 10, intervalMs: 20_000, startMs: 0 },
    })),
    proxies: [],
    listeners: [],
    routes: [],
    clusters: [],
    endpointSets: [],
    apps: [],
    leftOut: [...mesh.leftOut],
  };
}
