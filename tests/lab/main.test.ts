import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { lab, startLab } from '../support/lab.ts';
import { processesIn, until } from './local/support.ts';

describe.concurrent('lab --help', () => {
  it('lists the commands on standard output', async () => {
    const { code, stdout, stderr } = await lab(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['run', 'synth', 'config', 'doctor', 'schema']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it('is what a call without a command is told, as an error', async () => {
    const { code, stdout, stderr } = await lab([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: lab /);
  });
});

describe('a reader that goes', () => {
  it('ends a command as SIGPIPE would, without a word', async () => {
    const { child, ended } = startLab(['list'], temporaryFolder());
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 141, stderr: '' });
  });

  it('ends a run in order', async () => {
    const home = temporaryFolder();
    const slow = ['--set', 'serverDelay=200ms', '--set', 'batchInterval=300ms', '--batches', '500'];
    const { child, ended } = startLab(['run', 'dev', ...slow], home);
    await until('the mesh is up', () => processesIn(home).length > 3);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 141, stderr: 'stopped by SIGPIPE\n' });
    await until('nothing is left', () => processesIn(home).length === 0);
  });
});
