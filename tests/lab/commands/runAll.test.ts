/** `lab run --all`: many experiments on real Envoys, one document or table of all of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { runAll, type RunAllOptions } from '../../../lab/commands/runAll.ts';
import { summary as summarySchema } from '../../../experiment/summary.ts';
import { overall } from '../../../lab/analysis/verdict.ts';
import { processesIn, until } from '../local/support.ts';
import { lab, startLab } from '../../support/lab.ts';
import { temporaryFolder } from '../../support/folder.ts';

const FAST = ['--time-scale', '0.02'];

describe.concurrent('lab run --all', () => {
  it('prints one document of all runs, in the order of lab list, and nothing else', async () => {
    const { code, stdout, stderr } = await lab([
      ...['run', '--only', 'fail-fast, baseline,fail-fast', '--jobs', '1', '--json', ...FAST],
    ]);
    const summary = summarySchema.parse(JSON.parse(stdout));
    const { observations, ...rest } = summary;
    expect(observations.map(({ stack }) => stack)).toEqual(['baseline', 'fail-fast']);
    expect(rest).toMatchObject({ timeScale: 0.02, failures: [] });
    expect(summary.outcome).toBe(overall(observations.map(({ verdict }) => verdict.outcome)));
    expect(code).toBe({ holds: 0, 'does not hold': 1, inconclusive: 3 }[summary.outcome]);
    expect(summary.durationMs).toBeGreaterThan(
      observations.reduce((sum, { durationMs }) => sum + durationMs, 0),
    );
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(
        new RegExp(
          `^${index + 1}/2 [a-z-]+: (holds|DOES NOT HOLD|inconclusive), \\d+ answered, \\d+ refused, [\\d.]+ s$`,
        ),
      );
    }
  });

  it('ends with 1 where a verdict does not hold, and tells which', async ({ skip }) => {
    const { code, stdout, stderr } = await lab([
      ...['run', '--all', '--only', 'baseline,fail-fast', '--set', 'batchSize=1', ...FAST],
    ]);
    skip(stdout.includes(': inconclusive,'), 'the machine was too busy');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^stack +requests +answered +refused +warm batches +time +verdict$/m);
    expect(stdout).toMatch(/^baseline +\d+ +\d+ .* FAILS$/m);
    expect(stdout).toMatch(
      /^baseline +answered after one service time +10 in every warm batch +[01]( [01])*$/m,
    );
    expect(stdout).toMatch(/\n0 of 2 verdicts hold at time scale 0\.02, after [\d.]+ s\.$/m);
  });

  it('ends with 2 where one cannot run, and runs the others all the same', async () => {
    const { code, stdout } = await lab([
      ...['run', '--only', 'fail-fast,bad-server', '--set', 'policyScope=subsets'],
      ...['--set', 'requests=20', ...FAST],
    ]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^1\/2 fail-fast: COULD NOT RUN: .*policyScope: 'subsets' needs/m);
    expect(stdout).toMatch(/^2\/2 bad-server: /m);
    expect(stdout).toMatch(/^bad-server +20 /m);
    expect(stdout).toMatch(/^What could not run:\n {2}fail-fast: .*policyScope: 'subsets' needs/m);
    expect(stdout).toMatch(/\n[01] of 2 verdicts hold/);
  });
});

describe('where the lab itself breaks in an experiment', () => {
  /** In the plan of a run, of every stack but one. */
  const BROKEN = `
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, next) {
        const loaded = next(url, context);
        const broken = 'if (mesh.pods.length === 2) null.field;';
        const source = String(loaded.source).replace(/(function planOf\\(mesh[^)]*\\)[^{]*\\{)/, '$1' + broken);
        // In a file of its own, or in a bundle.
        return source.includes(broken) ? { ...loaded, source } : loaded;
      },
    });
  `;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BROKEN)}` };

  it('ends with 70, and the others run all the same', async () => {
    const args = [
      'run',
      '--only',
      'dev,three-clients-one-server',
      '--json',
      '--batches',
      '1',
      ...FAST,
    ];
    const { code, stdout } = await lab(args, env);
    const { observations, failures } = summarySchema.parse(JSON.parse(stdout));
    expect(observations.map(({ stack }) => stack)).toEqual(['three-clients-one-server']);
    expect(failures).toEqual([
      {
        stack: 'dev',
        code: 'crash',
        reason: expect.stringMatching(/^TypeError: .*\n +at planOf/) as string,
      },
    ]);
    expect(code).toBe(70);
  });

  it('lab compare ends with 70 as well', async () => {
    const args = ['compare', 'dev', 'three-clients-one-server', '--batches', '1', ...FAST];
    const { code, stderr } = await lab(args, env);
    expect(code).toBe(70);
    expect(stderr).toContain('dev could not run: TypeError');
  });
});

describe('what lab run --all cannot use', () => {
  it.each<[string, string | undefined, RunAllOptions, RegExp]>([
    ['a stack as well', 'dev', {}, /^name a stack \('dev'\) or --all, not both/],
    ['manifests as well', undefined, { manifests: 'x' }, /^--all runs the stacks;/],
    ['no jobs', undefined, { jobs: '0' }, /^--jobs 0: must be a whole number from 1 to 100$/],
    ['an unknown stack', undefined, { only: 'dev,fail-fats' }, /Did you mean 'fail-fast'/],
    ['an unknown key', undefined, { set: ['maxConection=5'] }, /Did you mean 'maxConnections'/],
    ['a wrong scale', undefined, { timeScale: '0' }, /^--time-scale 0: must be a number/],
    ['no batches', undefined, { batches: '0' }, /^--batches 0: must be a whole number/],
  ])('%s', async (_, stack, options, message) => {
    const refusal = runAll(stack, options);
    await expect(refusal).rejects.toThrow(LabError);
    await expect(refusal).rejects.toThrow(message);
  });

  it('a stack with what is for many of them', async () => {
    const { code, stdout, stderr } = await lab(['run', 'dev', '--jobs', '2']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^name a stack \('dev'\) or --all, not both.*\n$/);
  });
});

describe.runIf(process.platform === 'linux').concurrent('experiments that are killed', () => {
  it.each([
    { signal: 'SIGKILL', code: null },
    { signal: 'SIGINT', code: 130 },
  ] as const)('by $signal leave nothing behind', async ({ signal, code }) => {
    const home = temporaryFolder();
    const run = startLab(['run', '--only', 'dev,fail-fast', '--json'], home);
    const ofBoth = (): number =>
      processesIn(home).filter(({ command }) =>
        command.some((word) => word.includes('apps/client')),
      ).length;
    await until('both experiments have a client', () => ofBoth() === 2);
    await delay(200);
    run.child.kill(signal);
    const end = await run.ended;
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: '' });
    await until('no process is left', () => processesIn(home).length === 0);
  });
});
