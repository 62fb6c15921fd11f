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
});
