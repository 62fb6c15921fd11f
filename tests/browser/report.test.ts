/**
 * Proves that a run's page works in a browser: it asks for nothing, tells of every request on hover and
 * focus, has the document's own numbers, turns dark, prints, and can be read by everybody.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../experiment/observation.ts';
import { kindOf } from '../../lab/report/html/kinds.ts';
import { reportPage } from '../../lab/report/html/page.ts';
import { requests } from '../lab/analysis/observed.ts';
import { failFast, failFastWith } from '../lab/analysis/observed.ts';
import { temporaryFolder } from '../support/folder.ts';
import { CHROMIUM, expectAccessible, launch, open } from './browser.ts';
import { ejection } from './runs.ts';

async function fileOf(observation: Observation): Promise<string> {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, await reportPage([{ name: observation.stack, observation }]));
  return pathToFileURL(file).href;
}

describe.skipIf(CHROMIUM === undefined)('the page of a run', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  const RUNS = { batches: failFast, 'an ejection': ejection };

  describe.each(Object.entries(RUNS))('of %s', (_, observation) => {
    it.each([1280, 390])(
      'opens at %i pixels without a complaint, a request or a sideways scroll',
      async (width) => {
        const { page, problems } = await open(browser, await fileOf(observation), {
          viewport: { width, height: 900 },
        });
        expect(problems).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
        await page.context().close();
      },
    );

    it.each(['light', 'dark'] as const)(
      'can be read by everybody when it is %s',
      async (colorScheme) => {
        const { page } = await open(browser, await fileOf(observation), { colorScheme });
        await expectAccessible(page);
        await page.context().close();
      },
    );

    it("has the document's numbers", async () => {
      const { page } = await open(browser, await fileOf(observation));
      const byKind = Map.groupBy(observation.requests, kindOf);
      for (const [kind, all] of byKind) {
        const legend = page.locator('.legend label', { has: page.locator(`[data-kind=${kind}]`) });
        expect(Number(await legend.locator('b').textContent())).toBe(all.length);
        expect(await page.locator(`#requests .bar.${kind}`).count()).toBe(all.length);
      }
      for (const { after, before } of observation.proxies.flatMap(({ clusters }) => clusters)) {
        const total = (after['upstream_rq_total'] ?? 0) - (before['upstream_rq_total'] ?? 0);
        const cells = page
          .locator('#statistics tr', { hasText: 'upstream_rq_total' })
          .locator('td');
        expect(await cells.allTextContents()).toContain(String(total));
      }
      for (const { name, seen } of observation.verdict.checks) {
        const row = page.locator('main > .scroll tr', { hasText: name });
        expect(await row.textContent()).toContain(seen);
      }
      await page.context().close();
    });
  });

  it('tells of a request on hover and on focus, and the arrows go on', async () => {
    const { page } = await open(browser, await fileOf(failFast));
    const tip = page.locator('#tip');
    const bars = page.locator('#requests .bar');
    await bars.nth(3).hover();
    expect(await tip.textContent()).toMatch(
      /^503 after 2 ms, refused: client-proxy\/pending, .*flag UO/,
    );
    await page.mouse.move(0, 0);
    expect(await tip.isHidden()).toBe(true);
    await bars.first().focus();
    expect(await tip.textContent()).toMatch(/^200 after 5 s, by pyserver-0/);
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(
      await bars.nth(1).getAttribute('aria-label'),
    );
    await page.keyboard.press('Escape');
    expect(await tip.isHidden()).toBe(true);
    await page.context().close();
  });

  it('hides what its legend leaves out', async () => {
    const { page } = await open(browser, await fileOf(failFast));
    await page.locator('[data-kind=good]').uncheck();
    expect(await page.locator('#requests .bar.good:visible').count()).toBe(0);
    expect(await page.locator('#requests .bar.client-breaker:visible').count()).toBe(14);
    await page.context().close();
  });

  it('turns dark with the system, and is light on paper', async () => {
    const { page } = await open(browser, await fileOf(failFast), { colorScheme: 'dark' });
    const brightness = (): Promise<number> =>
      page.evaluate(
        `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b)`,
      );
    expect(await brightness()).toBeLessThan(200);
    await page.emulateMedia({ media: 'print' });
    expect(await brightness()).toBeGreaterThan(700);
    expect(await page.locator('nav').isHidden()).toBe(true);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.context().close();
  });

  it('opens at the batch that broke the verdict', async () => {
    const broken = failFastWith({
      experiment: {
        ...failFast.experiment,
        expect: [{ name: 'refused', refusedBy: 'client-proxy/pending', count: [5, 5] }],
      },
      verdict: {
        outcome: 'does not hold',
        checks: [{ name: 'refused', expected: '5', seen: '4 4', outcome: 'does not hold' }],
      },
    });
    const { page } = await open(browser, await fileOf(broken), {
      viewport: { width: 1280, height: 900 },
    });
    await page.locator('#broke').waitFor();
    const { y = Infinity } = (await page.locator('#broke').boundingBox()) ?? {};
    expect(y).toBeLessThan(900);
    expect(await page.locator('#broke .bar.marked').count()).toBe(4);
    await expectAccessible(page);
    await page.context().close();
  });

  it('of a million requests is as quick to open as another', async () => {
    const [one] = requests(1);
    if (one === undefined) throw new TypeError('no request');
    const many = Array.from({ length: 1_000_000 }, (_, index) => ({
      ...one,
      sentMs: index / 10,
      endedMs: index / 10 + (index % 50),
      refusedBy: index % 7 === 0 ? ('client-proxy/pending' as const) : null,
    }));
    const url = await fileOf(failFastWith({ requests: many, durationMs: 100_050 }));
    const { page, problems } = await open(browser, url);
    expect(problems).toEqual([]);
    await page.getByText('1,000,000 requests are too many to draw one by one').waitFor();
    // What a browser has to lay out decides how long it takes: no more than of a small run.
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(5000);
    const opened = await page.evaluate<number>(
      'performance.getEntriesByType("navigation")[0].domComplete',
    );
    console.info(`a page of 1,000,000 requests opened in ${Math.round(opened)} ms`);
    await page.context().close();
  });
});
