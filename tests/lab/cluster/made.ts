/** Pods as the API gives them, of what a test is about. */
import type { V1Pod } from '@kubernetes/client-node';

interface Made {
  readonly name?: string;
  readonly uid?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly ended?: { readonly exitCode: number; readonly reason?: string };
  readonly unschedulable?: string;
  readonly going?: boolean;
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
}

export function podOf(made: Made = {}): V1Pod {
  const { name = 'pyclient-1', uid = 'one', ready = true, restarts = 0 } = made;
  const pod = {
    metadata: {
      name,
      namespace: 'lab',
      uid,
      labels: { app: 'pyclient' },
      ...(made.going === true && { deletionTimestamp: new Date(0) }),
    },
    spec: { containers: made.containers ?? [{ name: 'client' }] },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False' },
        ...(made.unschedulable === undefined
          ? []
          : [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: made.unschedulable,
              },
            ]),
      ],
      containerStatuses:
        made.unschedulable !== undefined
          ? []
          : [
              {
                name: 'client',
                ready,
                restartCount: restarts,
                state: made.waiting === undefined ? {} : { waiting: made.waiting },
                lastState: made.ended === undefined ? {} : { terminated: made.ended },
              },
            ],
    },
  };
  return pod as unknown as V1Pod;
}
