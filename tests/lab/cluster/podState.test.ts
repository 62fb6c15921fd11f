import { describe, expect, it } from 'vitest';
import { whatBroke, whyNotReady } from '../../../lab/cluster/podState.ts';
import { podOf } from './made.ts';

describe('a pod that is not ready', () => {
  it.each<[what: string, pod: ReturnType<typeof podOf>, reason: string, mayCome: boolean]>([
    [
      'no image',
      podOf({
        ready: false,
        waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x:1"' },
      }),
      'container client: ImagePullBackOff: Back-off pulling image "x:1"',
      false,
    ],
    [
      'a crash',
      podOf({
        ready: false,
        waiting: { reason: 'CrashLoopBackOff' },
        ended: { exitCode: 2, reason: 'Error' },
      }),
      'container client: CrashLoopBackOff; it ended with exit code 2',
      false,
    ],
    [
      'no room',
      podOf({ ready: false, unschedulable: '0/1 nodes are available: 1 Insufficient cpu.' }),
      'Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.',
      false,
    ],
    [
      'no time yet',
      podOf({ ready: false, waiting: { reason: 'ContainerCreating' } }),
      'container client: ContainerCreating',
      true,
    ],
    [
      'probes',
      podOf({ ready: false }),
      'container client: its readiness probe has not passed',
      true,
    ],
  ])('says why: %s', (_, pod, reason, mayCome) => {
    expect(whyNotReady(pod)).toEqual({ reason, mayCome });
  });

  it('is none when it is ready', () => {
    expect(whyNotReady(podOf())).toBeUndefined();
  });
});

describe('what broke', () => {
  it('is nothing while all goes on', () => {
    expect(whatBroke(podOf(), podOf())).toEqual([]);
  });

  it('is a restart, with its cause', () => {
    const now = podOf({ restarts: 1, ended: { exitCode: 137, reason: 'OOMKilled' } });
    expect(whatBroke(podOf(), now)).toEqual([
      'pod lab/pyclient-1: container client restarted after exit code 137 (OOMKilled)',
    ]);
    expect(whatBroke(now, now)).toEqual([]);
  });

  it.each([undefined, podOf({ uid: 'another' })])('is a pod that is gone', (now) => {
    expect(whatBroke(podOf(), now)).toEqual(['pod lab/pyclient-1 is gone']);
  });

  it('is a pod that is not ready any more', () => {
    const now = podOf({ ready: false });
    expect(whatBroke(podOf(), now)).toEqual([
      'pod lab/pyclient-1 is not ready any more: container client: its readiness probe has not passed',
    ]);
    expect(whatBroke(now, now)).toEqual([]);
  });
});
