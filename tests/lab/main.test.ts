import { describe, expect, it } from 'vitest';
import { lab } from '../support/lab.ts';

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
