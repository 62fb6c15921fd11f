/**
 * Proves in a browser what a user gets: the pages that the command line left of real runs, of a sweep, of
 * a prediction and of several runs, each with its document's own numbers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, type Observation } from '../../experiment/observation.ts';
import { prediction } from '../../experiment/prediction.ts';
import { summary } from '../../experiment/summary.ts';
import { sweep } from '../../experiment/sweep.ts';
import { kindOf } from '../../lab/report/html/kinds.ts';
import { temporaryFolder } from '../support/folder.ts';
import { lab } from '../support/lab.ts';
import { CHROMIUM, expectAccessible, launch, open } from './browser.ts';

const folder = temporaryFolder();
const fileOf = (name: string): string => join(folder, `${name}.html`);
const urlOf = (name: string): string => pathToFileURL(fileOf(name)).href;

/** Runs a command that leaves a page of this name; its document, whatever its verdict. */
async function paged<T>(name: string, args: readonly string[], parse: (data: unknown) => T) {
  const { code, stdout, stderr } = await lab([...args, '--json', '--report', fileOf(name)]);
  expect([0, 1, 3], stderr).toContain(code);
  return parse(JSON.parse(stdout));
}

/** As short as it goes without requests that overlap their neighbours. */
const SCALE = { 'fail-fast': '0.05', 'three-by-three': '0.1', 'bad-server': '0.05' } as const;

describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  async function expectFine(name: string, width: number): Promise<void> {
    const { page, problems } = await open(browser, urlOf(name), {
      viewport: { width, height: 900 },
      colorScheme: width > 1000 ? 'light' : 'dark',
    });
    expect(problems).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await expectAccessible(page);
    await page.emulateMedia({ media: 'print' });
    expect((await page.pdf()).length).toBeGreaterThan(5000);
    await page.context().close();
  }

  async function opened(name: string): Promise<Page> {
    const { page } = await open(browser, urlOf(name));
    return page;
  }

  describe.each(Object.keys(SCALE) as (keyof typeof SCALE)[])('a run of %s', (stack) => {
    let seen: Observation;
    beforeAll(async () => {
      seen = await paged(stack, ['run', stack, '--time-scale', SCALE[stack]], (data) =>
        observation.parse(data),
      );
    });

    it.each([1280, 390])('has a page that is fine at %i pixels', (width) =>
      expectFine(stack, width),
    );

    it("has the document's numbers, and less than a megabyte", async () => {
      const page = await opened(stack);
      for (const [kind, all] of Map.groupBy(seen.requests, kindOf)) {
        const legend = page.locator('.legend label', { has: page.locator(`[data-kind=${kind}]`) });
        expect(Number(await legend.locator('b').textContent())).toBe(all.length);
        expect(await page.locator(`#requests .bar.${kind}`).count()).toBe(all.length);
      }
      for (const { name, seen: value } of seen.verdict.checks) {
        const row = page.locator('main > .scroll tr', { hasText: name });
        expect(await row.first().textContent()).toContain(value);
      }
      expect(readFileSync(fileOf(stack)).length).toBeLessThan(1_000_000);
      await page.context().close();
    });

    it('tells of a request on hover and on focus', async () => {
      const page = await opened(stack);
      const bar = page.locator('#requests .bar').first();
      const told = (await bar.getAttribute('aria-label')) ?? '';
      expect(told).toMatch(/^\d{3} after /);
      await bar.hover();
      expect(await page.locator('#tip').textContent()).toBe(told);
      await page.mouse.move(0, 0);
      await bar.focus();
      expect(await page.locator('#tip').textContent()).toBe(told);
      await page.context().close();
    });
  });

  describe('a sweep', () => {
    const ARGS = ['sweep', 'fail-fast', '--vary', 'maxConnections=1..8', '--seeds', '3'];

    it('of two keys is a map whose cells tell of themselves', async () => {
      const document = await paged(
        'map',
        [...ARGS, '--vary', 'http1MaxPendingRequests=1..4'],
        (data) => sweep.parse(data),
      );
      await expectFine('map', 1280);
      await expectFine('map', 390);
      const page = await opened('map');
      const cells = page.locator('#map [aria-label$="ms"]');
      // Three maps, each of all cells.
      expect(await cells.count()).toBe(3 * document.cells.length);
      const { settings, success } = document.cells[0] ?? {};
      const named = `maxConnections ${settings?.['maxConnections'] ?? ''}, http1MaxPendingRequests ${settings?.['http1MaxPendingRequests'] ?? ''}: ${(100 * (success?.mean ?? 0)).toFixed(0)} % answered`;
      const first = page.locator(`#map [aria-label^="${named}"]`).first();
      await first.hover();
      expect(await page.locator('#tip').textContent()).toContain(named);
      await page.locator('summary').click();
      expect(await page.locator('details tbody tr').count()).toBe(document.cells.length);
      await page.context().close();
    });

    it('of one key is curves, and its table says what the document does', async () => {
      const document = await paged('curve', ARGS, (data) => sweep.parse(data));
      await expectFine('curve', 1280);
      await expectFine('curve', 390);
      const page = await opened('curve');
      for (const { settings, success } of document.cells) {
        const row = page.locator('details tr', {
          has: page.locator('th', {
            hasText: new RegExp(`maxConnections ${settings['maxConnections'] ?? ''}\\s*$`),
          }),
        });
        const share = success === null ? 'never warm' : `${(100 * success.mean).toFixed(0)} %`;
        expect((await row.locator('td').first().textContent())?.trim()).toBe(share);
      }
      await page.context().close();
    });
  });

  it('a prediction has its outcomes', async () => {
    const document = await paged('prediction', ['predict', 'fail-fast', '--seeds', '5'], (data) =>
      prediction.parse(data),
    );
    await expectFine('prediction', 1280);
    await expectFine('prediction', 390);
    const page = await opened('prediction');
    for (const [outcome, { p50 }] of Object.entries(document.outcomes)) {
      const row = page.locator('#outcomes tbody tr', { hasText: outcome });
      expect(Number(await row.locator('td').first().textContent())).toBe(p50);
    }
    await page.context().close();
  });

  it('several runs have a page that leads to each', async () => {
    const document = await paged(
      'all',
      ['run', '--only', 'baseline,max-connections', '--batches', '2', '--time-scale', '0.05'],
      (data) => summary.parse(data),
    );
    await expectFine('all', 1280);
    await expectFine('all', 390);
    const { page } = await open(browser, urlOf('all'));
    expect(await page.locator('#runs tbody tr').count()).toBe(document.observations.length);
    await page.getByRole('link', { name: 'baseline' }).click();
    expect(await page.locator('h1').textContent()).toBe('baseline');
    await page.context().close();
  });
});
