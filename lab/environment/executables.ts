import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve as resolvePath } from 'node:path';

/** What came of running a program to its end. */
export interface Completed {
  /** It ran and exited 0. */
  ok: boolean;
  stdout: string;
  stderr: string;
  /** Why it is not ok, in one line: it could not be started, took too long or exited otherwise. */
  problem: string;
}

/** Runs a program without input, at most for `limitMs`. Never rejects. */
export function run(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv | undefined; limitMs: number },
): Promise<Completed> {
  const { env = process.env, limitMs } = options;
  // Node's own execFile, because on a time-out it also lets go of the output pipes: a program's
  // surviving child (a credential helper of kubectl, say) that holds them open cannot make us wait.
  return new Promise((resolve) => {
    const settle = (error: Error | null, stdout: string, stderr: string): void => {
      resolve({ ok: error === null, stdout, stderr, problem: problemOf(error, limitMs) });
    };
    try {
      const child = execFile(
        file,
        args,
        { env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
        settle,
      );
      child.stdin?.end();
    } catch (error) {
      // Most failures to start are told to the callback; a few are thrown.
      settle(error instanceof Error ? error : new Error(String(error)), '', '');
    }
  });
}

function problemOf(error: (Error & { code?: unknown; killed?: boolean }) | null, limitMs: number) {
  if (error === null) return '';
  if (error.killed === true) return `no answer within ${limitMs / 1000} s`;
  if (typeof error.code === 'number') return `exit code ${error.code}`;
  return error.message;
}

/** True if `path` is a file that may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The path of the program that a shell would run for `name`, or null if PATH has none. */
export async function findOnPath(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const candidate = resolvePath(folder, name);
    if (folder !== '' && (await isExecutable(candidate))) return candidate;
  }
  return null;
}
