/** When what is observed is predicted, by observers that are none. */
import { expect, it } from 'vitest';
import { finish } from '../../../lab/analysis/finish.ts';
import { follow } from '../../../lab/commands/follow.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import type { Observation } from '../../../experiment/observation.ts';
import type { Observe, Prepared } from '../../../lab/watch/observe.ts';

const quietView = () => ({ show: () => undefined, end: () => undefined });

function sawNothing({ experiment, timeScale, digest }: Prepared): Observation {
  return finish({
    ...{ source: 'local', startedAt: new Date(0).toISOString(), batches: 0, requests: [] },
    ...{ experiment, timeScale, digest, versions: { envoy: null, istio: null }, proxies: [] },
  });
}

const prepared = (set: string[] = []): Promise<Prepared> =>
  prepare('dev', { set }, { batches: undefined, timeScale: 1 });

it('is predicted while it comes up, where its observer has something to wait for', async () => {
  const order: string[] = [];
  const observe: Observe = async (experiment, { meanwhile }) => {
    order.push('starts');
    const over = meanwhile?.().then(() => order.push('predicted'));
    await over;
    order.push('sends');
    return sawNothing(experiment);
  };
  const { prediction } = await follow(await prepared(), observe, quietView);
  expect(order).toEqual(['starts', 'predicted', 'sends']);
  expect(prediction).toHaveProperty('outcomes');
});

it('has the same prediction of one that waits for nothing', async () => {
  const own = await follow(await prepared(), (one) => Promise.resolve(sawNothing(one)), quietView);
  const waited = await follow(
    await prepared(),
    async (one, { meanwhile }) => {
      await meanwhile?.();
      return sawNothing(one);
    },
    quietView,
  );
  expect(own.prediction).toHaveProperty('outcomes');
  expect(own.prediction).toEqual(waited.prediction);
});

it('is not predicted where that is not wanted', async () => {
  let hadMore = false;
  const observe: Observe = (one, { meanwhile }) => {
    hadMore = meanwhile !== undefined;
    return Promise.resolve(sawNothing(one));
  };
  const { prediction } = await follow(await prepared(['predict=false']), observe, quietView);
  expect({ hadMore, prediction }).toEqual({ hadMore: false, prediction: undefined });
});
