/** What each of the programs does around its work: settings, signals, the parent, the end. */
import { createInterface } from 'node:readline';
import { Env, EnvError } from './env.ts';

/** Reads the settings, or ends the process: one line on stderr and exit code 2. */
export function settingsOrExit<T>(
  program: string,
  read: (env: Env) => T,
  variables: NodeJS.ProcessEnv = process.env,
): T {
  try {
    return read(new Env(variables));
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return fail(program, error.message, 2);
  }
}

/** Ends the process with one line on stderr. */
export function fail(program: string, message: string, code = 1): never {
  process.stderr.write(`${program}: ${message}\n`);
  process.exit(code);
}

/**
 * Calls `stop` on the first SIGTERM or SIGINT; a second one ends the process at once.
 * Process 1 of a container has no default action for signals, so both are handled here.
 */
export function onStopSignal(stop: () => void): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/**
 * Ends the process when its stdin does. A parent that keeps the other end of the pipe open takes
 * this process along however it dies, SIGKILL included.
 */
export function exitWithParent(): void {
  const exit = (): never => process.exit(0);
  process.stdin.on('end', exit).on('error', exit).resume();
}

/** The first line of stdin, without its end; or what came until stdin ended. */
export function firstLine(): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    const { stdin } = process;
    const read = (piece: string): void => {
      text += piece;
      if (text.includes('\n')) done();
    };
    const done = (): void => {
      stdin.off('data', read).off('end', done);
      resolve(text.split('\n', 1)[0] ?? '');
    };
    stdin.setEncoding('utf8').on('data', read).once('end', done);
  });
}

/** Calls `read` with each line of stdin. */
export function onLine(read: (line: string) => void): void {
  createInterface({ input: process.stdin }).on('line', read);
}

/** Ends the process quietly when nobody reads its stdout any more, as in `client | head`. */
export function exitWithReader(): void {
  process.stdout.on('error', () => process.exit(0));
}

/** Ends the process with code 0 once stdout has been written out, whatever is still open. */
export function finish(): void {
  process.stdout.write('', () => process.exit(0));
}
