/** The book is built of docs/, as a whole and without a warning, and asks no network for anything. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatted } from '../../book/markdown.ts';
import { REFERENCE } from '../../book/referencePages.ts';
import { CHROMIUM, expectAccessible, launch } from '../browser/browser.ts';
import { afterTests } from '../support/cleanUps.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ROOT } from '../support/project.ts';

const CONFIG = '../../book/.vitepress/config.js';
const PAGES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace(/\.md$/, ''))
  .toSorted();

it('has each page of docs/ once among its parts (book/.vitepress/config.js)', async () => {
  const { PARTS } = (await import(CONFIG)) as { PARTS: Record<string, string[]> };
  expect(Object.values(PARTS).flat().toSorted()).toEqual(PAGES);
});

describe('a reference page', () => {
  it.each(Object.entries(REFERENCE))('%s is what the script makes today', async (page, made) => {
    expect(readFileSync(join(ROOT, page), 'utf8'), 'npm run book:reference writes it anew').toBe(
      await formatted(made()),
    );
  });
});

describe('built', () => {
  const folder = temporaryFolder();
  beforeAll(async () => {
    const { exitCode, all } = await execa(
      process.execPath,
      [join(ROOT, 'book/build.ts'), '--outDir', folder],
      { all: true, reject: false },
    );
    expect(exitCode, all).toBe(0);
  });

  it('has every page, none of which fetches anything from elsewhere', () => {
    for (const page of PAGES) {
      const text = readFileSync(join(folder, `${page}.html`), 'utf8');
      const fetched = [
        ...text.matchAll(
          /<(?:script|img|iframe|source)[^>]* src="([^"]*)"|<link[^>]* href="([^"]*)"/g,
        ),
      ].map(([, source, href]) => source ?? href ?? '');
      expect(fetched.length).toBeGreaterThan(0);
      expect(fetched.filter((url) => !/^(\/(?!\/)|data:)/.test(url))).toEqual([]);
    }
  });

  it('leads to headings that are there', () => {
    const html = (page: string): string => readFileSync(join(folder, page), 'utf8');
    for (const page of PAGES) {
      const places = [...html(`${page}.html`).matchAll(/<a href="\/?([^":#]*\.html)?#([^"]+)"/g)];
      const missed = places.filter(
        ([, to, id = '']) => !html(to ?? `${page}.html`).includes(`id="${decodeURIComponent(id)}"`),
      );
      expect(
        missed.map(([link]) => link),
        page,
      ).toEqual([]);
    }
  });

  describe.skipIf(CHROMIUM === undefined)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
      afterTests(() => void browser.close());
    });

    it.each([
      [1280, 'light'],
      [390, 'dark'],
    ] as const)(
      'at %i pixels, %s, is read without a complaint or a foreign request',
      async (width, colorScheme) => {
        const problems: string[] = [];
        const page = await opened(browser, folder, { width, colorScheme, problems });
        for (const path of [
          '/',
          '/experiments.html',
          '/myths.html',
          '/predict.html',
          '/reference/keys.html',
        ]) {
          await page.goto(`${ORIGIN}${path}`);
          await page.locator('h1').waitFor();
          const overflow = await page.evaluate<number>(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow, `${path} is wider than its window`).toBe(0);
        }
        // The theme's own button has its key beside its name, and only the latter as its label.
        await page.evaluate("document.querySelector('.DocSearch-Button')?.remove()");
        await expectAccessible(page);
        expect(problems).toEqual([]);
      },
    );
  });
});

const ORIGIN = 'http://book.test';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A page that has the book's folder behind one origin, and nothing behind any other. */
async function opened(
  browser: Browser,
  folder: string,
  {
    width,
    colorScheme,
    problems,
  }: { width: number; colorScheme: 'light' | 'dark'; problems: string[] },
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  await context.route('**', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== ORIGIN) {
      problems.push(`asked for ${url.href}`);
      return route.abort();
    }
    const path = join(folder, url.pathname === '/' ? 'index.html' : url.pathname);
    return route.fulfill({ path, contentType: TYPES[extname(path)] ?? 'application/octet-stream' });
  });
  const page = await context.newPage();
  // A busy machine has the time that it takes.
  page.setDefaultTimeout(100_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return page;
}
