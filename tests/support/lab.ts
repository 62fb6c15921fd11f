/** The real command line, as a child process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './project.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More than any run of a test takes, and less than the tests of a cluster are given. */
const LIMIT_MS = 200_000;

/** Runs `lab` with these arguments to its end. @throws where there is none */
export function lab(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(ROOT, 'lab/main.ts'), ...args],
      {
        env: { ...process.env, ...env },
        cwd: ROOT,
        maxBuffer: 64 * 1024 * 1024,
        timeout: LIMIT_MS,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number' && error?.killed !== true) resolve({ code, stdout, stderr });
        else {
          const why = error?.signal ?? `its limit of ${LIMIT_MS / 1000} s`;
          reject(new Error(`lab ${args.join(' ')} was ended by ${why}: ${stderr}`));
        }
      },
    );
  });
}
