/** `lab lint`: what a breaker's rules will do wrong, before they are applied; `--show` runs the proof. */
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { LabError } from '../../errors/labError.ts';
import {
  isAtLeast,
  type LintReport,
  lintReport,
  SEVERITIES,
  type Severity,
} from '../../experiment/lintReport.ts';
import { fixesOf } from '../lint/fix.ts';
import { lint, type Linted } from '../lint/lint.ts';
import { readText } from '../objects/manifestFiles.ts';
import { pathsOf } from '../objects/source.ts';
import { MESH_CONFIG, SOURCE, withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import { type PrepareOptions, understand } from './prepare.ts';

const NEVER = 'never';

export interface LintOptions extends PrepareOptions, OutputOptions {
  readonly failOn: Severity | typeof NEVER;
  readonly fix?: true;
  readonly show?: string;
}

export const command = withOptions(
  new Command('lint')
    .description('say what the rules of a stack or of manifests will do wrong; nothing is started')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    ...SOURCE,
    MESH_CONFIG,
    new Option('--fail-on <severity>', 'exit with 1 for findings of this severity or worse')
      .choices([...SEVERITIES, NEVER])
      .default('warning'),
    new Option('--fix', 'change the files of manifests where that cannot make it worse'),
    new Option('--show <rule>', "run a rule's experiment on real Envoys, such as CL004"),
    ...outputOptions('lint', 'demonstration'),
  ],
).action(async (stack: string | undefined, options: LintOptions) => {
  const { show } = options;
  process.exitCode = await (show === undefined ? run(stack, options) : shown(show, stack, options));
});

/** @returns 0 where nothing is as bad as `--fail-on`, else 1 */
async function run(stack: string | undefined, options: LintOptions): Promise<number> {
  const output = outputOf('lint', options);
  if (stack === undefined && pathsOf(options).length === 0) {
    throw new LabError('name a stack, or --manifests <file or folder>');
  }
  if (options.fix) refuseFix(stack, options);
  const before = await lintSource(stack, options);
  const fixes = options.fix ? fixesOf(before.linted.found, readText) : [];
  for (const { file, text, diff } of fixes) {
    writeFileSync(file, text);
    output.progress.write(`${diff}\n`);
  }
  // What is left is what the files say now.
  const { report } = fixes.length === 0 ? before : await lintSource(stack, options);
  output.print(lintReport.parse(report));
  return exitCodeOf(report, options.failOn);
}

function refuseFix(stack: string | undefined, options: LintOptions): void {
  if (stack !== undefined) {
    throw new LabError(`--fix changes files of manifests; change Pulumi.${stack}.yaml by yourself`);
  }
  if (pathsOf(options).includes('-')) {
    throw new LabError('--fix changes files, and standard input is none: name them');
  }
}

async function shown(id: string, stack: string | undefined, options: LintOptions): Promise<number> {
  if (stack !== undefined || pathsOf(options).length > 0) {
    throw new LabError(
      `--show ${id} runs the rule's own experiment: name no stack and no manifests`,
    );
  }
  // What runs an experiment takes a while to load.
  const { show } = await import('./lintShow.ts');
  return show(id, options);
}

/** What is found in a stack or manifests, and what may be done about it. */
export async function lintSource(
  stack: string | undefined,
  options: PrepareOptions,
): Promise<{ report: LintReport; linted: Linted }> {
  const { source, mesh } = await understand(stack, { ...options, unsent: true });
  const { experiment, objects, digest } = source;
  const linted = lint({ mesh, objects, replicas: experiment.replicas });
  return {
    linted,
    report: {
      name: experiment.stack,
      digest,
      rules: [...linted.rules],
      findings: linted.found.map(({ finding }) => finding),
      suppressed: linted.suppressed,
      notJudged: [...mesh.leftOut],
    },
  };
}

export function exitCodeOf({ findings }: LintReport, failOn: LintOptions['failOn']): number {
  return failOn !== NEVER && findings.some(({ severity }) => isAtLeast(severity, failOn)) ? 1 : 0;
}
