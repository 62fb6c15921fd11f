/** The seeds' stacks give exactly the findings that their texts explain; what the command prints, and its code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listStacks } from '../../../config/stackFiles.ts';
import { lintReport } from '../../../experiment/lintReport.ts';
import { lintSource } from '../../../lab/commands/lint.ts';
import { sideOf } from '../../../lab/lint/experiment.ts';
import { RULES } from '../../../lab/lint/rules.ts';
import { labHere as lab } from '../../support/labHere.ts';
import { ROOT } from '../../support/project.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** By stack; docs/lint-findings.md says where its text explains each. */
const EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  'bad-server': ['CL012'],
  'bad-server-bypass': ['CL001', 'CL002', 'CL012'],
  'bad-server-canary': ['CL012'],
  'bad-server-gateway': ['CL012'],
  baseline: [],
  dev: ['CL008'],
  'envoy-lab': [],
  'fail-fast': ['CL008'],
  'max-connections': [],
  'one-client-three-servers': ['CL008', 'CL009', 'CL016'],
  servicex: ['CL003', 'CL004'],
  'servicex-fixed': [],
  'three-by-three': ['CL008', 'CL009', 'CL016'],
  'three-clients-four-servers': ['CL008', 'CL009', 'CL016'],
  'three-clients-one-server': ['CL008', 'CL014', 'CL017'],
  'three-clients-two-servers': ['CL008', 'CL016', 'CL017'],
};

describe('the stacks', () => {
  it('are all in the table', () => {
    expect(Object.keys(EXPLAINED)).toEqual([...listStacks(ROOT)].sort());
  });

  it.each(Object.entries(EXPLAINED))('%s gives %j', async (stack, ids) => {
    const { findings } = (await lintSource(stack, {})).report;
    expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual(ids);
    for (const { file, component } of findings) {
      expect(file).toBeUndefined();
      expect(component).toMatch(/^(pyserver|servicex)/);
    }
  });

  it('of a known load say what it costs', async () => {
    const { findings } = (await lintSource('fail-fast', {})).report;
    expect(findings.map(({ cost }) => cost)).toEqual([
      'refuses 4 of 10 at the stated load, and up to 9 while the pool is cold',
    ]);
    const narrow = { set: ['http1MaxPendingRequests=3'] };
    expect((await lintSource('fail-fast', narrow)).report.findings[0]?.cost).toMatch(
      /^refuses 2 of 10/,
    );
    const wide = { set: ['http1MaxPendingRequests=10'] };
    expect((await lintSource('fail-fast', wide)).report.findings).toEqual([]);
  });
});

const folder = temporaryFolder();

/** A file with the fault of a rule, of the severity that it has. */
function faulty(id: string): string {
  const rule = RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  const file = join(folder, `${id}.yaml`);
  writeFileSync(file, sideOf(rule, 'bad').manifests);
  return file;
}

describe.concurrent('the exit code of lab lint', () => {
  it.each([
    // An error, a warning and a note; then by what it is to fail on.
    [['--manifests', faulty('CL020')], 1],
    [['--manifests', faulty('CL025')], 1],
    [['--manifests', faulty('CL012')], 0],
    [['--manifests', faulty('CL012'), '--fail-on', 'note'], 1],
    [['--manifests', faulty('CL025'), '--fail-on', 'error'], 0],
    [['--manifests', faulty('CL020'), '--fail-on', 'never'], 0],
    [['baseline', '--fail-on', 'note'], 0],
  ])('lab lint %j is %s', async (args, code) => {
    const outcome = await lab(['lint', ...args, '--json']);
    expect(outcome).toMatchObject({ code, stderr: '' });
    lintReport.parse(JSON.parse(outcome.stdout));
  });

  it.each<[string[], RegExp]>([
    [[], /^name a stack, or --manifests <file or folder>\n$/],
    [['no-such-stack'], /^no stack 'no-such-stack'/],
    [['dev', '--fail-on', 'fatal'], /Allowed choices are error, warning, note, never/],
    [
      ['dev', '--fix'],
      /^--fix changes files of manifests; change Pulumi\.dev\.yaml by yourself\n$/,
    ],
    [
      ['--manifests', '-', '--fix'],
      /^--fix changes files, and standard input is none: name them\n$/,
    ],
    [['dev', '--show', 'CL004'], /^--show CL004 runs the rule's own experiment: name no stack/],
    [
      ['--show', 'CL004', '--format', 'sarif'],
      /^--format sarif: does not tell of one demonstration/,
    ],
  ])('lab lint %j is bad input', async (args, why) => {
    const { code, stdout, stderr } = await lab(['lint', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
  });
});

describe('lab lint --fix', () => {
  it('changes the file, shows how, and judges what is left', async () => {
    const file = faulty('CL004');
    const before = readFileSync(file, 'utf8');
    const { code, stdout } = await lab(['lint', '--fix', '--manifests', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('+      consecutive5xxErrors: 0\n');
    expect(stdout).not.toContain('CL004: ');
    const after = readFileSync(file, 'utf8');
    expect(after.split('\n').filter((line) => !before.includes(line))).toEqual([
      '      consecutive5xxErrors: 0',
    ]);
    const again = await lab(['lint', '--fix', '--manifests', file]);
    expect(again.stdout).not.toContain('@@');
    expect(readFileSync(file, 'utf8')).toBe(after);
  });
});
