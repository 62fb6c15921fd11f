/** The apps run from what their images hold, and need nothing else of the project. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENT, SERVER } from '../../apps/contract.ts';
import { copyApps } from '../support/appImage.ts';
import { temporaryFolder } from '../support/project.ts';

it.each([
  ['server', 'listening', { [SERVER.host]: '127.0.0.1', [SERVER.port]: '0' }],
  ['client', 'ready', { [CLIENT.startAt]: 'stdin', [CLIENT.logFormat]: 'json' }],
])('the %s says that it is %s', async (app, event, env) => {
  const folder = temporaryFolder();
  copyApps(folder);
  const child = spawn(process.execPath, [join(folder, app, 'main.ts')], { cwd: folder, env });
  try {
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    expect(JSON.parse(line)).toMatchObject({ event });
  } finally {
    child.kill();
    await once(child, 'close');
  }
});
