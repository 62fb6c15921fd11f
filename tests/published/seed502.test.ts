/** The first seed's good and bad servers, its files unmodified: without them, these tests are skipped. */
import { expect, it } from 'vitest';
import type { Observation } from '../../experiment/observation.ts';
import { describePublished, observed, published } from './published.ts';

const SENT = 40;

async function asked(rule: string): Promise<Observation> {
  const observation = await observed(published('seed', 'deployment_502.yml', `${rule}.yml`), [
    ...['--load', `paced(50ms, requests=${SENT}, url=http://pyserver/index)`],
  ]);
  expect(observation.faults).toEqual([]);
  expect(observation.requests).toHaveLength(SENT);
  return observation;
}

function answered({ requests }: Observation): number {
  return requests.filter(({ status }) => status === 200).length;
}

function reasons({ requests }: Observation): Set<string | null> {
  return new Set(requests.map(({ refusedBy }) => refusedBy));
}

// Bounds of four standard deviations of a binomial distribution, and a little more.
const HALF = [6, 34] as const;
const THIRD = [1, 26] as const;

function expectWithin(value: number, [least, most]: readonly [number, number]): void {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}

describePublished('of the files in ../shared/yaml', () => {
  it('bad.yml: half answers 502, after three retries in the same subset', async () => {
    const observation = await asked('bad');
    expectWithin(answered(observation), HALF);
    expect(reasons(observation)).toEqual(new Set([null, 'application']));
    for (const { status, attempts } of observation.requests) {
      expect(attempts).toBe(status === 200 ? 1 : 4);
    }
  });

  it('outlier.yml: calls inside the mesh bypass it, and a third of the pods answers', async () => {
    const observation = await asked('outlier');
    expectWithin(answered(observation), THIRD);
    expect(reasons(observation)).toEqual(new Set([null, 'application']));
  });

  it.each(['outlier_no_gateway', 'outlier_no_gateway_retry'])(
    '%s.yml: both bad pods are ejected, and their half gets 503',
    async (rule) => {
      const observation = await asked(rule);
      expectWithin(answered(observation), HALF);
      expect(reasons(observation)).toContain('no-healthy-upstream');
      const text = observation.explanation.join('\n');
      for (const pod of [0, 1]) expect(text).toMatch(new RegExp(`pyserver-v2-${pod} was ejected`));
      expect(text).not.toMatch(/pyserver-v1-0 was ejected/);
    },
  );
});
