/**
 * Ctrl-C, a kill and a reader that goes end a run in order: everything is stopped first. A second one
 * does not wait.
 */
import { EventEmitter } from 'node:events';

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** As a shell counts it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: keyof typeof CODES | 'SIGPIPE') {
    super(`stopped by ${signal}`);
    this.exitCode = signal === 'SIGPIPE' ? EXIT_WITH_READER : CODES[signal];
  }
}

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** As a shell counts SIGPIPE, by which programs end that do not know of it; Node never gets it. */
const EXIT_WITH_READER = 141;

const SIGNALS = Object.keys(CODES) as (keyof typeof CODES)[];

/** Of what this process says. */
const reader = new EventEmitter();

/** Whoever reads no further, as `head` does, ends what goes on, and the program. */
export function endWithReader(): void {
  let isGone = false;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (isGone) return;
    isGone = true;
    if (!reader.emit('gone')) process.exit(EXIT_WITH_READER);
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
}

/** @throws Interrupted after the work has ended, where a signal ended it */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    const interrupted = new Interrupted(signal as keyof typeof CODES);
    // Children end by themselves with this process; only their last words would be lost.
    if (abort.signal.aborted) process.exit(interrupted.exitCode);
    abort.abort(interrupted);
  };
  const onReaderGone = (): void => {
    abort.abort(new Interrupted('SIGPIPE'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  reader.once('gone', onReaderGone);
  try {
    return await work(abort.signal);
  } catch (error) {
    // Whatever broke off with it says so in words of its own.
    abort.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    reader.off('gone', onReaderGone);
  }
}
