/** `lab up` and `lab down`: the Pulumi CLI for one stack, without an account and without set-up. */
import { constants } from 'node:os';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { readStack } from '../../config/stackFiles.ts';
import { findOnPath } from '../environment/executables.ts';
import { PROJECT_ROOT } from '../source.ts';

/** Ignored by git: the state of all stacks, and what else the CLI writes. */
const STATE = join(PROJECT_ROOT, '.lab', 'pulumi');

/** The CLI as an npm package, where PATH has none. */
const FROM_NPM = 'pulumi@3';

/** `pulumi up` without questions; the stack is made where it is not there yet. */
export function up(stack: string): Promise<number> {
  return onStack('up', stack);
}

/** `pulumi destroy` without questions. */
export function down(stack: string): Promise<number> {
  return onStack('destroy', stack);
}

/**
 * @returns the CLI's exit code
 * @throws InputError for a stack that has no file
 */
async function onStack(command: 'up' | 'destroy', stack: string): Promise<number> {
  readStack(PROJECT_ROOT, stack);
  mkdirSync(STATE, { recursive: true });
  // The CLI writes a salt and its own quoting into the file that it reads: it gets a copy, and the
  // file, from which it makes the stack, is put back.
  const original = join(PROJECT_ROOT, `Pulumi.${stack}.yaml`);
  const config = readFileSync(original);
  const selected = await pulumi(['stack', 'select', '--create', stack]);
  writeFileSync(original, config);
  if (selected !== 0) return selected;

  const copy = join(STATE, `Pulumi.${stack}.yaml`);
  writeFileSync(copy, config);
  return pulumi([command, '--yes', '--stack', stack, '--config-file', copy]);
}

async function pulumi(args: readonly string[]): Promise<number> {
  const env = environment();
  const [file, ...before] =
    (await findOnPath('pulumi', env)) === null ? ['npx', '--yes', FROM_NPM] : ['pulumi'];
  // Ctrl-C reaches the CLI as well, which then ends in order: this process waits for it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    const { exitCode, signal } = await execa(file, [...before, ...args], {
      cwd: PROJECT_ROOT,
      env,
      stdio: 'inherit',
      reject: false,
    });
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** The caller's own, and what the CLI would ask for. */
function environment(): NodeJS.ProcessEnv {
  const { env } = process;
  return {
    PULUMI_BACKEND_URL: `file://${STATE}`,
    // The lab has no secrets.
    ...(env['PULUMI_CONFIG_PASSPHRASE_FILE'] === undefined && { PULUMI_CONFIG_PASSPHRASE: '' }),
    ...env,
    // The program needs the Node that runs this, not the machine's.
    PATH: `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`,
  };
}
