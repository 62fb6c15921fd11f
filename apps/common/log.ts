/** Lines on stdout. On Linux a write to a pipe or a file is done when it returns. */

/** Lines that wait until this turn of the event loop is over, to go out together. */
export class LineQueue {
  readonly #write: (text: string) => void;
  #text = '';

  /** @param write takes whatever was queued by the end of a turn, as whole lines */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  readonly add = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    if (this.#text === '') setImmediate(this.flush);
    for (const line of lines) this.#text += `${line}\n`;
  };

  readonly flush = (): void => {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#write(text);
  };
}

const queue = new LineQueue((text) => process.stdout.write(text));
process.on('exit', queue.flush);

/** Writes lines with whatever else is queued: one system call. Done when the process exits, too. */
export const queueLines = queue.add;

/** One record as one line of JSON, at once; members that are undefined are left out. */
export function writeJson(record: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
