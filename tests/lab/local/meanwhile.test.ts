/** What is done while a mesh comes up is over before anything is sent; and where it fails, nothing is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { prepare } from '../../../lab/commands/prepare.ts';
import { runLocally } from '../../../lab/local/run.ts';
import type { Prepared } from '../../../lab/watch/observe.ts';

const { signal } = new AbortController();

function prepared(): Promise<Prepared> {
  const set = ['clientReplicas=1', 'serverReplicas=1', 'serverDelay=50ms', 'batchSize=1'];
  return prepare('dev', { set }, { batches: 1, timeScale: 1 });
}

it('is done once, and waited for', async () => {
  const order: string[] = [];
  const observation = await runLocally()(await prepared(), {
    signal,
    onProgress: ({ kind }) => order.push(kind),
    meanwhile: async () => {
      order.push('meanwhile');
      // Longer than processes take to start.
      await delay(1500);
      order.push('over');
    },
  });
  expect(order.slice(0, 3)).toEqual(['meanwhile', 'over', 'started']);
  expect(order.filter((word) => word === 'meanwhile')).toHaveLength(1);
  expect(observation.requests.map(({ status }) => status)).toEqual([200]);
});

it('ends the run where it fails, before anything is sent', async () => {
  const order: string[] = [];
  const run = runLocally()(await prepared(), {
    signal,
    onProgress: ({ kind }) => order.push(kind),
    meanwhile: () => Promise.reject(new Error('no idea')),
  });
  await expect(run).rejects.toThrow('no idea');
  expect(order).toEqual([]);
});
