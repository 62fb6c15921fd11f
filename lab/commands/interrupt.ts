/** Ctrl-C and a kill end a run in order: everything is stopped first. A second one does not wait. */

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** As a shell counts it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: keyof typeof CODES) {
    super(`stopped by ${signal}`);
    this.exitCode = CODES[signal];
  }
}

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGNALS = Object.keys(CODES) as (keyof typeof CODES)[];

/** @throws Interrupted after the work has ended, where a signal ended it */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    const interrupted = new Interrupted(signal as keyof typeof CODES);
    // Children end by themselves with this process; only their last words would be lost.
    if (abort.signal.aborted) process.exit(interrupted.exitCode);
    abort.abort(interrupted);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(abort.signal);
  } catch (error) {
    // Whatever broke off with it says so in words of its own.
    abort.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
