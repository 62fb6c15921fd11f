/**
 * Child processes of a run. Each ends when its standard input ends, so that none outlives the lab,
 * whichever way the lab ends.
 */
import { createInterface } from 'node:readline';
import { execa } from 'execa';

export interface ChildOptions {
  /** How faults call it, such as `the sidecar of pyserver-0`. */
  readonly name: string;
  /** All of its environment, as a container's; the lab's own where unset. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input at once; the input stays open after it. */
  readonly input?: string;
  readonly onLine?: (line: string) => void;
}

/** How a process ended that nobody had told to end, as a sentence. */
export type UnexpectedEnd = string;

export interface Child {
  readonly name: string;
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the process has ended before `stop` was called; never after. */
  readonly unexpectedEnd: Promise<UnexpectedEnd>;
  /** Writes a line to its input. */
  tell(line: string): void;
  /** Asks it to end, and waits until it has, however long that takes, and every line was read. */
  finish(): Promise<void>;
  /** Closes its input, waits until it has ended and every line of its output was read. */
  stop(): Promise<void>;
}

/** The last words of a process that failed: enough for a message. */
const LAST_LINES = 5;

/** How long a process may take to end by itself once its input has ended. */
const PATIENCE_MS = 5000;

export function startChild(command: string, args: readonly string[], options: ChildOptions): Child {
  const { name, env, input, onLine } = options;
  const child = execa(command, args, {
    ...(env !== undefined && { env, extendEnv: false }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    reject: false,
    buffer: false,
    // Its own process group: Ctrl-C in a terminal reaches the lab alone, which then ends the run.
    detached: true,
  });
  // A child that has ended already cannot read; its end is reported by itself.
  child.stdin.on('error', () => undefined);
  if (input !== undefined) child.stdin.write(input);

  const lastWords: string[] = [];
  const errors = createInterface({ input: child.stderr });
  errors.on('line', (line) => {
    lastWords.push(line);
    if (lastWords.length > LAST_LINES) lastWords.shift();
  });
  const lines = createInterface({ input: child.stdout });
  if (onLine !== undefined) lines.on('line', onLine);
  const outputRead = new Promise<void>((resolve) => lines.once('close', resolve));

  let stopping = false;
  const unexpectedEnd = new Promise<UnexpectedEnd>((resolve) => {
    void child.then(({ exitCode, signal, code }) => {
      if (stopping) return;
      const how = code ?? (signal === undefined ? `exit code ${exitCode ?? 'unknown'}` : signal);
      resolve([`${name} ended during the run (${how})`, ...lastWords].join('\n  '));
    });
  });

  return {
    name,
    pid: child.pid,
    unexpectedEnd,
    tell(line) {
      child.stdin.write(`${line}\n`);
    },
    async finish() {
      stopping = true;
      child.kill('SIGTERM');
      await child;
      await outputRead;
    },
    async stop() {
      stopping = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await child;
      clearTimeout(timer);
      await outputRead;
    },
  };
}
