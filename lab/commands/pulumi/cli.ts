/** The Pulumi CLI for one stack, without an account and without set-up: `lab up` and its like. */
import { constants } from 'node:os';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { environmentError } from '../../../errors/labError.ts';
import { readStack } from '../../../config/stackFiles.ts';
import { findOnPath, run } from '../../environment/executables.ts';
import { PROJECT_ROOT } from '../../objects/source.ts';

/** Ignored by git: the state of all stacks. */
const STATE = join(PROJECT_ROOT, '.lab', 'pulumi');
const OWN_BACKEND = `file://${STATE}`;

/** The program needs the Node that runs this, not the machine's. */
const NODE = dirname(process.execPath);

/** The CLI as an npm package, where PATH has none. */
const FROM_NPM = 'pulumi@3';

const INSTALL = 'https://www.pulumi.com/docs/install/';

/**
 * A command that calls the CLI for one stack, until a call fails; it exits with that one's code.
 *
 * @param callsOf the arguments of each call
 * @throws LabError for a stack that has no file, or without a CLI
 */
export function stackCommand(
  name: string,
  description: string,
  callsOf: (stack: string, options: readonly string[]) => string[][],
): Command {
  return new Command(name)
    .description(description)
    .argument('<stack>', 'a stack: Pulumi.<stack>.yaml')
    .argument('[options...]', "further ones of Pulumi's own, such as --diff")
    .allowUnknownOption()
    .action(async (stack: string, options: string[]) => {
      readStack(PROJECT_ROOT, stack);
      makeState();
      const cli = await findCli(stack);
      for (const args of callsOf(stack, options)) {
        process.exitCode = await call(cli, args);
        if (process.exitCode !== 0) return;
      }
    });
}

/** Makes a stack that is not there yet. */
export function selected(stack: string): string[] {
  return ['stack', 'select', '--create', stack];
}

function makeState(): void {
  if (settings().PULUMI_BACKEND_URL === OWN_BACKEND) mkdirSync(STATE, { recursive: true });
}

/** In words of a POSIX shell, what makes the CLI by itself mean the same stacks as this one. */
export function shellSettings(): string {
  makeState();
  const lines = Object.entries(settings()).map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  return `${lines.join('')}export PATH=${quoted(NODE)}:"$PATH"\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A backend of the caller's own has a passphrase of the caller's own. */
function settings(): Readonly<Record<'PULUMI_BACKEND_URL' | 'PULUMI_CONFIG_PASSPHRASE', string>> {
  const { PULUMI_BACKEND_URL: backend = '', PULUMI_CONFIG_PASSPHRASE: passphrase = '' } =
    process.env;
  return backend === ''
    ? // The lab has no secrets, and the stacks' files have the salt of the empty passphrase.
      { PULUMI_BACKEND_URL: OWN_BACKEND, PULUMI_CONFIG_PASSPHRASE: '' }
    : { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: passphrase };
}

/** The words that call the CLI. */
async function findCli(stack: string): Promise<[file: string, ...args: string[]]> {
  if ((await findOnPath('pulumi')) !== null) return ['pulumi'];
  const npx = ['--yes', FROM_NPM];
  const { ok, problem } = await run('npx', [...npx, 'version'], { limitMs: 10 * 60_000 });
  if (ok) return ['npx', ...npx];
  throw environmentError(
    `there is no pulumi on PATH, and npx cannot get the npm package ${FROM_NPM} (${problem}). ` +
      `Install the Pulumi CLI (${INSTALL}), or run the experiment without it: npm run lab -- run ${stack}`,
  );
}

async function call(
  [file, ...before]: readonly string[],
  args: readonly string[],
): Promise<number> {
  // Ctrl-C reaches the CLI as well, which then ends in order: this process waits for it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    const { exitCode, signal } = await execa(file ?? 'pulumi', [...before, ...args], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        ...settings(),
        PATH: `${NODE}${delimiter}${process.env['PATH'] ?? ''}`,
      },
      stdio: 'inherit',
      reject: false,
    });
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  } finally {
    process.off('SIGINT', ignore);
  }
}
