/** The columns in which a report counts requests. */
import { LOADS } from '../../apps/contract.ts';
import type { Phase } from '../../experiment/expectation.ts';
import type { Observation, Request } from '../../experiment/observation.ts';
import { healthChanges, phaseAt } from '../analysis/phases.ts';

export interface Column {
  readonly title: string;
  readonly subtitle: string;
  readonly holds: (request: Request) => boolean;
}

/** Batch by batch; a load without batches, by what had become of the endpoint that fails. */
export function columnsOf({
  experiment,
  requests,
  batches,
  proxies,
  disturbed,
}: Observation): Column[] {
  if (LOADS[experiment.load].inBatches) {
    const unjudged = new Set(disturbed.map(({ batch }) => batch));
    const warm = new Set(requests.filter(({ warmUp }) => !warmUp).map(({ batch }) => batch));
    return Array.from({ length: batches }, (_, batch) => ({
      title: batch === 0 ? 'batch 1' : String(batch + 1),
      subtitle: unjudged.has(batch) ? 'disturbed' : warm.has(batch) ? 'warm' : 'cold',
      holds: (request) => request.batch === batch,
    }));
  }
  const changes = healthChanges(proxies);
  const phases: readonly Phase[] = ['before-ejection', 'ejected', 'returned'];
  const lasted = phases.filter((phase) =>
    requests.some(({ sentMs }) => phaseAt(changes, sentMs) === phase),
  );
  if (lasted.length < 2) return [{ title: 'requests', subtitle: '', holds: () => true }];
  return lasted.map((phase) => ({
    title: phase.replace('-', ' '),
    subtitle: '',
    holds: ({ sentMs }) => phaseAt(changes, sentMs) === phase,
  }));
}
