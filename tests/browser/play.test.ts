/**
 * Proves that a mesh can be played with in a browser: a limit that is turned in the page changes what
 * becomes of the requests while the Envoys go on, a killed endpoint shows, nobody else gets in, and with
 * the lab everything ends.
 */
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allListeningSockets, listeningSockets, processesIn, until } from '../lab/local/support.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type LabProcess, startLab } from '../support/lab.ts';
import { CHROMIUM, expectAccessible, launch } from './browser.ts';

/** What the page itself asks for. */
const OWN = /\/(uplot|report|play|charts|controls|tables)\.(js|css)$|\/(events|control)$|\/$/;

async function pageOf(lab: LabProcess): Promise<string> {
  const ended = lab.ended.then(({ code, stderr }) => {
    throw new Error(`lab play ended with ${code ?? 'a signal'}: ${stderr}`);
  });
  const address = until('the page has an address', () => /http:\/\/\S+/.exec(lab.stdout())?.[0]);
  return Promise.race([address, ended]);
}

/** The processes of the Envoys, by their own panels. */
async function envoysOf(page: Page): Promise<string[]> {
  const panels = page.locator('#breakers figure');
  const pids = await panels.evaluateAll((all) =>
    (all as unknown as { dataset: { pid: string } }[]).map(({ dataset }) => dataset.pid),
  );
  return pids.toSorted();
}

interface Row {
  readonly batch: number;
  readonly answered: number;
}

/** The batches that have ended, of those that the page shows. */
async function batchesOf(page: Page): Promise<Row[]> {
  return page.locator('#counts tbody tr.done').evaluateAll((rows) =>
    (rows as unknown as HTMLRow[]).map((row) => ({
      batch: Number(row.dataset['at']),
      answered: [...row.querySelectorAll('td')]
        .filter((cell) => cell.dataset['outcome']?.startsWith('answered/'))
        .reduce((sum, cell) => sum + (Number(cell.textContent) || 0), 0),
    })),
  );
}

interface HTMLRow {
  readonly dataset: Readonly<Record<string, string>>;
  readonly textContent: string;
  querySelectorAll(selector: string): Iterable<HTMLRow>;
}

/** The status of an answer to a request as somebody else might send it. */
function ask(url: string, path: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const { hostname, port } = new URL(url);
  return new Promise<number | undefined>((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
      response.destroy();
    })
      .on('error', reject)
      .end();
  });
}

describe.skipIf(CHROMIUM === undefined || process.platform !== 'linux')('lab play', () => {
  const home = temporaryFolder();
  let browser: Browser;
  let lab: LabProcess;
  let url: string;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    lab = startLab(['play', 'dev', '--proxy-concurrency', '1'], home);
    browser = await launch();
    url = await pageOf(lab);
    page = await browser.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (asked) => {
      if (!asked.url().startsWith(url) || !OWN.test(asked.url())) problems.push(asked.url());
    });
    await page.goto(url);
  });
  afterAll(() => browser.close());

  it('lets a limit be turned: within two batches other counts, by the same Envoys', async () => {
    // Five connections and one that waits, of ten requests.
    const before = await until('the pools are warm', async () => {
      const [last] = await batchesOf(page);
      return last !== undefined && last.answered >= 5 ? last : undefined;
    });
    await until('both proxies show', async () => (await envoysOf(page)).length === 2);
    const envoys = await envoysOf(page);
    await page.getByLabel('maxConnections').fill('2');
    const turned = await until('the page has taken it', async () => {
      const said = await page.locator('#said li').allTextContents();
      const [last] = await batchesOf(page);
      return said.includes('maxConnections 5 → 2') ? last : undefined;
    });
    const after = await until('two more batches have ended', async () => {
      const [last] = await batchesOf(page);
      return last !== undefined && last.batch >= turned.batch + 2 ? last : undefined;
    });
    expect(after.answered).toBeLessThanOrEqual(3);
    expect(after.answered).toBeLessThan(before.answered);
    const limits = await page.locator('#breakers figure[data-max-connections="2"]').count();
    expect(limits).toBe(2);
    expect(await envoysOf(page)).toEqual(envoys);
    const alive = processesIn(home).map(({ pid }) => String(pid));
    expect(alive).toEqual(expect.arrayContaining(envoys));
    await page
      .locator('#copied', { hasText: 'pulumi config set -s dev maxConnections 2' })
      .waitFor();
    await page.locator('#beside tbody tr', { hasText: 'client-proxy/pending' }).waitFor();
  });

  it('says what a value must be, and leaves everything as it was', async () => {
    const field = page.getByLabel('maxConnections');
    await field.fill('-1');
    await page
      .getByRole('alert')
      .filter({ hasText: "maxConnections: '-1' is not allowed" })
      .waitFor();
    await until('the field is as it was', async () => (await field.inputValue()) === '2');
  });

  it('kills an endpoint and brings it back, and both show', async () => {
    const row = page.locator('#endpoints tr', { hasText: 'pyserver-0' });
    await row.getByRole('combobox').selectOption('killed');
    await row.locator('.state-killed').waitFor();
    await page.locator('#counts [data-outcome="connection-failure"]').first().waitFor();
    await page.getByText('nobody dies in a prediction').waitFor();
    await row.getByRole('combobox').selectOption('none');
    await row.locator('.state-well').waitFor();
    await until(
      'a batch is answered again',
      async () => ((await batchesOf(page))[0]?.answered ?? 0) > 0,
    );
  });

  it('lets an endpoint answer 502', async () => {
    const row = page.locator('#endpoints tr', { hasText: 'pyserver-0' });
    await row.getByRole('combobox').selectOption('failing');
    await page.locator('#counts [data-outcome="status/502"]').first().waitFor();
    await row.getByRole('combobox').selectOption('none');
    await row.locator('.state-well').waitFor();
  });

  it('pauses the load and lets it go on', async () => {
    await page.getByRole('button', { name: 'Pause the load' }).click();
    const paused = page.getByRole('button', { name: 'Let the load go on' });
    await paused.waitFor();
    const [last] = await batchesOf(page);
    await paused.click();
    await until('a later batch has ended', async () => {
      const [now] = await batchesOf(page);
      return (now?.batch ?? 0) > (last?.batch ?? 0);
    });
  });

  it.each(['light', 'dark'] as const)('can be read by everybody when it is %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    await expectAccessible(page);
  });

  it.each([1280, 390])('has no sideways scroll at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    // The drawing follows the page's width once it is told of it.
    const beyond = 'document.documentElement.scrollWidth - innerWidth';
    await until('all is as wide as the page', async () => (await page.evaluate(beyond)) === 0);
  });

  it('has complained of nothing but the value that was wrong, and asked nobody else', () => {
    // The browser itself logs an answer of 400.
    expect(problems.filter((text) => !text.includes('400 (Bad Request)'))).toEqual([]);
  });

  it('refuses who has no token, another origin, or another name for this machine', async () => {
    const { pathname: own, host } = new URL(url);
    expect(await ask(url, own, {})).toBe(200);
    expect(await ask(url, '/', {})).toBe(403);
    expect(await ask(url, '/control', {}, 'POST')).toBe(403);
    expect(await ask(url, `/${'x'.repeat(32)}/`, {})).toBe(403);
    expect(await ask(url, `${own}events`, { origin: 'http://evil.example' })).toBe(403);
    expect(await ask(url, own, { host: 'evil.example' })).toBe(403);
    expect(await ask(url, `${own}control`, { origin: `http://${host}` }, 'POST')).toBe(415);
    // As a page of somebody else's would have the browser do it.
    const other = await browser.newPage();
    await other.goto('data:text/html,<title>another</title>');
    const seen = await other.evaluate(
      `fetch(${JSON.stringify(`${url}control`)}, { method: 'POST', mode: 'no-cors', body: '{"do":"end"}' }).then(() => 'sent', () => 'refused')`,
    );
    expect(seen).toBe('refused');
    await other.close();
    expect(await ask(url, own, {})).toBe(200);
  });

  it('ends everything when its terminal closes', async () => {
    const sockets = listeningSockets(processesIn(home));
    expect(processesIn(home).length).toBeGreaterThanOrEqual(7);
    lab.child.kill('SIGHUP');
    expect((await lab.ended).code).toBe(129);
    await until('no process is left', () => processesIn(home).length === 0);
    await until('no port is left', () => {
      const all = allListeningSockets();
      return ![...sockets].some((inode) => all.has(inode));
    });
    await page.getByText('The lab has ended').waitFor();
  });
});

describe.skipIf(CHROMIUM === undefined || process.platform !== 'linux')(
  'the page of lab play',
  () => {
    it('ends the lab, and everything with it', async () => {
      const home = temporaryFolder();
      const lab = startLab(['play', 'dev'], home);
      const url = await pageOf(lab);
      const browser = await launch();
      const page = await browser.newPage();
      await page.goto(url);
      await page.getByRole('button', { name: 'End everything' }).click();
      const { code, stdout } = await lab.ended;
      expect({ code, said: stdout.trim().split('\n').at(-1) }).toEqual({
        code: 0,
        said: 'Everything has ended.',
      });
      await until('no process is left', () => processesIn(home).length === 0);
      await browser.close();
    });

    it('goes with a lab that is killed', async () => {
      const home = temporaryFolder();
      const lab = startLab(['play', 'dev'], home);
      await pageOf(lab);
      lab.child.kill('SIGKILL');
      await lab.ended;
      await until('no process is left', () => processesIn(home).length === 0);
    });
  },
);
