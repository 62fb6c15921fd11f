/** Looks after the pods while they are observed: who broke, who came instead, whether all answers. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterApi } from './api.ts';
import { idOf, whatBroke, whyNotReady } from './podState.ts';
import { type Member, membersOf } from './roster.ts';
import type { Workload } from './workloads.ts';

export interface PodWatchOptions {
  readonly api: ClusterApi;
  readonly workloads: readonly Workload[];
  readonly members: readonly Member[];
  readonly signal: AbortSignal;
  readonly onFault: (fault: string) => void;
  /** Who takes part from now on, after somebody broke. All of them are ready. */
  readonly onChange: (members: readonly Member[]) => void;
  /** The cluster has not answered for so long that no more is to be expected. */
  readonly onLost: () => void;
}

const LOOK_EVERY_MS = 1000;
const LOST_AFTER_MS = 30_000;

/** Goes on until the signal is aborted. */
export async function watchPods(options: PodWatchOptions): Promise<void> {
  const { api, workloads, signal, onFault, onChange, onLost } = options;
  let known: readonly Member[] = options.members;
  let changed = false;
  const hasEnded = (): boolean => signal.aborted;
  let silentSince: number | undefined;
  for (;;) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (hasEnded()) return;
    let now: Member[];
    try {
      now = await membersOf(api, workloads);
    } catch (error) {
      if (hasEnded()) return;
      if (silentSince === undefined) onFault((error as Error).message);
      silentSince ??= Date.now();
      if (Date.now() - silentSince > LOST_AFTER_MS) {
        onLost();
        return;
      }
      continue;
    }
    silentSince = undefined;
    const pods = new Map<string, V1Pod>(now.map(({ pod }) => [idOf(pod), pod]));
    const broken = known.flatMap(({ pod }) => whatBroke(pod, pods.get(idOf(pod))));
    for (const fault of broken) onFault(fault);
    changed ||= broken.length > 0;
    known = now;
    if (changed && isComplete(workloads, now)) {
      changed = false;
      onChange(now);
    }
  }
}

function isComplete(workloads: readonly Workload[], members: readonly Member[]): boolean {
  return (
    members.every(({ pod }) => whyNotReady(pod) === undefined) &&
    workloads.every(
      (workload) =>
        members.filter((member) => member.workload === workload).length >= workload.replicas,
    )
  );
}
