/** The first seed's own files, unmodified: without them, these tests are skipped. */
import { expect, it } from 'vitest';
import { describePublished, observed, published } from './published.ts';

describePublished('of the files in ../shared/yaml', () => {
  it('a port without a protocol in its name is called at its own table of routes', async () => {
    const files = published('seed', 'deployment.yml', 'destination_fail_fast.yml');
    const args = ['--time-scale', '0.1', '--batches', '3'];
    const { requests, faults, madeUp } = await observed(files, args);
    expect(faults).toEqual([]);
    expect(madeUp).toHaveLength(1);
    expect(requests).toHaveLength(30);
    expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const refusals = requests.flatMap(({ refusedBy }) => refusedBy ?? []);
    expect(refusals).toContain('client-proxy/pending');
    for (const refusal of refusals) expect(refusal).toMatch(/-proxy\/pending$/);
  });

  it('and its ten come out as published: five at once, one from the queue, four refused', async ({
    skip,
  }) => {
    const files = published('seed', 'deployment.yml', 'destination_fail_fast.yml');
    const { requests, disturbed } = await observed(files, [
      '--time-scale',
      '0.2',
      '--batches',
      '4',
    ]);
    const batches = [0, 1, 2, 3].filter((number) =>
      disturbed.every(({ batch }) => batch !== number),
    );
    skip(batches.length === 0, 'the machine was too busy');
    const atOnce = batches.map((batch) => {
      const answered = requests.filter((one) => one.batch === batch && one.status === 200);
      const after = answered.map(({ sentMs, endedMs }) => Math.round((endedMs - sentMs) / 1000));
      const count = (times: number): number => after.filter((one) => one === times).length;
      // Mostly five and one. One less at once for each two that ask while one connection is being made: of
      // a thousand simulated batches four have fewer than three at once, and 23 more than one later.
      expect([1, 2, 3, 4, 5, 6]).toContain(count(1));
      expect([0, 1, 2]).toContain(count(2));
      expect([0, 1]).toContain(answered.length - count(1) - count(2));
      return count(1);
    });
    // Of ten that leave in one go, it is 2 to 3.
    expect(sum(atOnce)).toBeGreaterThanOrEqual(3.5 * batches.length);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
