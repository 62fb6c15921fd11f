/** The real command line, as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterTests } from './cleanUps.ts';
import { ROOT } from './project.ts';

/** How a process ended, and what it has said. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabProcess {
  readonly child: ChildProcess;
  /** What it has said on standard output so far. */
  readonly stdout: () => string;
  /** What it has said on standard error so far. */
  readonly stderr: () => string;
  readonly ended: Promise<End>;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lab` with these arguments to its end, in the project's folder. */
export async function lab(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { code, signal, stdout, stderr } = await start(args, ROOT, env).ended;
  if (code === null) throw new Error(`lab ${args.join(' ')} was ended by ${signal ?? ''}`);
  return { code, stdout, stderr };
}

/**
 * `lab` with these arguments, in a working directory and with a folder for temporary files of its
 * own. By the former its processes are told from everybody else's.
 */
export function startLab(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): LabProcess {
  return start(args, home, {
    TMPDIR: temporaryFilesOf(home),
    // Shared by all runs and there to stay, so not looked for among what a run leaves behind.
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    ...env,
  });
}

/** The folder for temporary files of what runs in a home. */
export function temporaryFilesOf(home: string): string {
  const folder = join(home, 'tmp');
  mkdirSync(folder, { recursive: true });
  return folder;
}

function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): LabProcess {
  const child = spawn(process.execPath, [join(ROOT, 'lab/main.js'), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterTests(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]): End => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}
