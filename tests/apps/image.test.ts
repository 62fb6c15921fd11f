/** The apps' image: nothing is in it but what the Dockerfile copies, and the apps begin with that alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copiedByDockerfile, copyApps } from '../support/appImage.ts';
import { ROOT } from '../support/project.ts';

const folder = mkdtempSync(join(tmpdir(), 'circuit-lab-test-'));

beforeAll(() => {
  copyApps(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['server', { PORT: '0' }, 'listening'],
  ['client', { URL: 'http://127.0.0.1:1/', LOG_FORMAT: 'json', BATCH_SIZE: '1' }, 'batch'],
])('has all that the %s needs', async (app, env, first) => {
  const child = spawn(process.execPath, [join(folder, app, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    expect(JSON.parse(String(value))).toMatchObject({ event: first });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

it('is given to the builder what it copies', () => {
  const ignored = readFileSync(join(ROOT, 'apps/.dockerignore'), 'utf8').split('\n');
  for (const part of copiedByDockerfile()) expect(ignored).toContain(`!${part}`);
});
