/** What `lab up` and its like ask of the Pulumi CLI; a program in its place says what it was asked. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayOptions } from '../../../../lab/commands/pulumi/up.ts';
import { lab } from '../../../support/lab.ts';
import { ROOT } from '../../../support/project.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const OWN = { PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined };
const BACKEND = `file://${join(ROOT, '.lab/pulumi')}`;

/** A PATH with the tools of a shell and these programs, each a script. */
function pathWith(programs: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:/usr/bin:/bin`;
}

const ECHO = 'echo "$PULUMI_BACKEND_URL|$PULUMI_CONFIG_PASSPHRASE|$*"';

describe('lab', () => {
  it.each([
    [
      ['up', 'dev', '--diff'],
      ['stack select --create dev', 'up --yes --stack dev --diff'],
    ],
    [
      ['preview', 'dev', '--diff', '--target', 'urn:x'],
      ['stack select --create dev', 'preview --stack dev --diff --target urn:x'],
    ],
    [['output', 'dev', 'verdict'], ['stack output --stack dev verdict']],
    [['cancel', 'dev'], ['cancel --yes dev']],
    [
      ['down', 'dev'],
      ['destroy --yes --stack dev', 'stack rm --yes --preserve-config --stack dev'],
    ],
  ])('%j calls the CLI in a backend of its own, with the empty passphrase', async (args, calls) => {
    const PATH = pathWith({ pulumi: ECHO });
    const { code, stdout } = await lab(args, { ...OWN, PATH });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(calls.map((call) => `${BACKEND}||${call}`));
  });

  it('tells the progress line by line where a tree would cut it off', () => {
    expect(displayOptions(80)).toEqual(['--non-interactive']);
    expect(displayOptions(125)).toEqual(['--non-interactive']);
    expect(displayOptions(126)).toEqual([]);
    expect(displayOptions(undefined)).toEqual([]);
  });

  it('takes a passphrase for its own only together with a backend', async () => {
    const PATH = pathWith({ pulumi: ECHO });
    const said = async (env: NodeJS.ProcessEnv): Promise<string> =>
      (await lab(['output', 'dev'], { ...OWN, PATH, ...env })).stdout.trim();
    expect(await said({ PULUMI_CONFIG_PASSPHRASE: 'mine' })).toMatch(`${BACKEND}||`);
    expect(
      await said({ PULUMI_CONFIG_PASSPHRASE: 'mine', PULUMI_BACKEND_URL: 'file:///elsewhere' }),
    ).toMatch('file:///elsewhere|mine|');
  });

  it('ends at the first call that fails, with its exit code', async () => {
    const PATH = pathWith({ pulumi: `${ECHO}; exit 7` });
    const { code, stdout } = await lab(['up', 'dev'], { ...OWN, PATH });
    expect(code).toBe(7);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('takes the CLI from npm where PATH has none', async () => {
    const PATH = pathWith({ npx: ECHO });
    const { code, stdout } = await lab(['output', 'dev'], { ...OWN, PATH });
    expect(code).toBe(0);
    expect(stdout).toBe(`${BACKEND}||--yes pulumi@3 stack output --stack dev\n`);
  });

  it('says what to install where there is no CLI and npm cannot get one', async () => {
    const PATH = pathWith({ npx: 'echo "npm error code ENOTFOUND" >&2; exit 1' });
    const { code, stdout, stderr } = await lab(['up', 'dev'], { ...OWN, PATH });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'there is no pulumi on PATH, and npx cannot get the npm package pulumi@3 (exit code 1). ' +
        'Install the Pulumi CLI (https://www.pulumi.com/docs/install/), or run the experiment ' +
        'without it: npm run lab -- run dev\n',
    );
  });

  it('refuses a stack without a file, and names the nearest', async () => {
    const { code, stderr } = await lab(['up', 'devv'], { PATH: pathWith({ pulumi: ECHO }) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no stack 'devv': .* Did you mean 'dev'\?/);
  });

  it('env makes a shell mean the same backend, passphrase and Node', async () => {
    const { stdout } = await lab(['env'], OWN);
    const words = `${stdout}echo "$PULUMI_BACKEND_URL|$PULUMI_CONFIG_PASSPHRASE|$(command -v node)"`;
    const env = { PATH: '/usr/bin:/bin', PULUMI_CONFIG_PASSPHRASE: 'of another project' };
    expect(execFileSync('/bin/sh', ['-c', words], { env, encoding: 'utf8' })).toBe(
      `${BACKEND}||${join(dirname(process.execPath), 'node')}\n`,
    );
    expect(readdirSync(join(ROOT, '.lab'))).toContain('pulumi');
  });
});
