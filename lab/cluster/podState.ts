/** What the status of a pod says: whether it is ready, why it is not, and whether it began anew. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** Why a pod does not become ready, and whether waiting could help. */
export interface Unready {
  readonly reason: string;
  readonly mayCome: boolean;
}

/** What a container waits for and nobody but its author can give it. */
const STUCK = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

export function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? '';
}

/** `namespace/name`: a name alone is unique in its namespace only. */
export function idOf({ metadata }: V1Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** A pod that is going away takes part in nothing any more. */
export function isGoing({ metadata, status }: V1Pod): boolean {
  return (
    metadata?.deletionTimestamp !== undefined ||
    status?.phase === 'Failed' ||
    status?.phase === 'Succeeded'
  );
}

/** Undefined for a pod that is ready. */
export function whyNotReady(pod: V1Pod): Unready | undefined {
  const conditions = pod.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) {
    return undefined;
  }
  for (const container of containersOf(pod)) {
    const waiting = container.state?.waiting;
    if (waiting?.reason === undefined || !STUCK.has(waiting.reason)) continue;
    const said = waiting.message === undefined ? '' : `: ${waiting.message}`;
    const last = container.lastState?.terminated;
    const ended = last === undefined ? '' : `; it ended with ${ending(last)}`;
    return {
      reason: `container ${container.name}: ${waiting.reason}${said}${ended}`,
      mayCome: false,
    };
  }
  const unscheduled = conditions.find(
    ({ type, status, reason }) =>
      type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  if (unscheduled !== undefined) {
    return { reason: `Unschedulable: ${unscheduled.message ?? ''}`, mayCome: false };
  }
  const waiting = containersOf(pod).find(({ ready }) => !ready);
  const why = waiting?.state?.waiting?.reason ?? 'its readiness probe has not passed';
  return {
    reason: waiting === undefined ? 'not started yet' : `container ${waiting.name}: ${why}`,
    mayCome: true,
  };
}

/** What became of a pod since it was seen before: a sentence for each thing that broke. */
export function whatBroke(before: V1Pod, now: V1Pod | undefined): string[] {
  const name = `pod ${idOf(before)}`;
  if (now === undefined || now.metadata?.uid !== before.metadata?.uid) return [`${name} is gone`];
  if (isGoing(now)) return isGoing(before) ? [] : [`${name} was told to stop`];
  const earlier = new Map(containersOf(before).map((one) => [one.name, one]));
  const restarts = containersOf(now).flatMap((container) => {
    const was = earlier.get(container.name)?.restartCount ?? 0;
    if (container.restartCount <= was) return [];
    const last = container.lastState?.terminated;
    return [
      `${name}: container ${container.name} restarted` +
        (last === undefined ? '' : ` after ${ending(last)}`),
    ];
  });
  if (restarts.length > 0) return restarts;
  const unready = whyNotReady(now);
  return unready !== undefined && whyNotReady(before) === undefined
    ? [`${name} is not ready any more: ${unready.reason}`]
    : [];
}

function containersOf({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function ending({ exitCode, reason }: { exitCode: number; reason?: string }): string {
  return `exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`;
}
