/** Proves what a page tells, from observations made by hand; how it looks is tests/browser's. */
import { expect, it } from 'vitest';
import type { Observation } from '../../../../experiment/observation.ts';
import { reportPage } from '../../../../lab/report/html/page.ts';
import { failFast, failFastWith, requests } from '../../analysis/observed.ts';

const pageOf = (observation: Observation): Promise<string> =>
  reportPage([{ name: observation.stack, observation }]);

it('has the verdict first, then what was expected beside what was seen', async () => {
  const page = await pageOf(failFast);
  expect(page.indexOf('The verdict holds.')).toBeLessThan(
    page.indexOf('3 to 5 in every warm batch'),
  );
  expect(page).toContain('<title>fail-fast</title>');
});

it('has a bar for each request, in the colour of how it ended', async () => {
  const page = await pageOf(failFast);
  expect(page.match(/class="bar good/g)).toHaveLength(15);
  expect(page.match(/class="bar client-breaker/g)).toHaveLength(14);
  expect(page.match(/class="bar server-breaker/g)).toHaveLength(1);
});

it('tells waiting in a pool apart where it is known', async () => {
  const waiting = failFast.requests.map((one, index) =>
    index === 15 ? { ...one, sentMs: 12_000, endedMs: 22_000, waitedMs: 5000 } : one,
  );
  expect(await pageOf(failFastWith({ requests: waiting }))).toContain('<i style="width:50.0%">');
  expect(await pageOf(failFast)).not.toContain('<i style=');
});

it('opens at the batch that broke the verdict', async () => {
  const page = await pageOf(
    failFastWith({
      experiment: {
        ...failFast.experiment,
        expect: [{ name: 'refused', refusedBy: 'client-proxy/pending', count: [5, 5] }],
      },
      verdict: {
        outcome: 'does not hold',
        checks: [{ name: 'refused', expected: '5', seen: '4 4', outcome: 'does not hold' }],
      },
    }),
  );
  expect(page).toContain('<h3>Batch 2: refused</h3>');
  expect(page.match(/class="bar client-breaker marked/g)).toHaveLength(4);
  expect(page.indexOf('Where it broke')).toBeLessThan(
    page.indexOf('What became of the requests</h2>'),
  );
});

it('keeps what others have written as text', async () => {
  const evil = '</script><script>alert(1)</script>';
  const page = await pageOf(failFastWith({ stack: evil, faults: [evil], explanation: [evil] }));
  expect(page).not.toContain('<script>alert');
});

it('asks for nothing that is not in it', async () => {
  const page = await pageOf(failFast);
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
});

it('counts very many requests in place of drawing them, and says so', async () => {
  const many = requests(10_000).map((one, index) => ({
    ...one,
    sentMs: index,
    endedMs: index + 5,
  }));
  const page = await pageOf(failFastWith({ requests: many, durationMs: 10_005 }));
  expect(page).toContain('10,000 requests are too many to draw one by one');
  expect(page).not.toContain('class="bar good');
  expect(page.length).toBeLessThan(500_000);
});

it('has two runs side by side, each under its name', async () => {
  const page = await reportPage([
    { name: 'before.json', observation: failFast },
    { name: 'after.json', observation: failFastWith({ source: 'prediction' }) },
  ]);
  expect(page).toContain('<h3>before.json</h3>');
  expect(page).toContain('<h3>after.json</h3>');
  expect(page).toContain('In what they differ');
  expect(page).toMatch(/>\s*predicted\s*</);
});
