/** A container's log as the API sends it, with a time before each line; taken up where it broke. */

export interface TimedLine {
  /** RFC 3339 with nanoseconds: by text, in the order of time. */
  readonly time: string;
  readonly text: string;
}

/** Cuts what arrives in pieces into lines, and drops what an earlier stream has brought already. */
export class LogLines {
  #rest = '';
  #last = '';
  /** Lines that bear the last moment: there may be several. */
  #atLast = 0;
  /** Of those that a new stream brings again, how many are still to come; undefined when it is through. */
  #again: number | undefined;

  /** The moment of the last line, to go on from. */
  get last(): string | undefined {
    return this.#last === '' ? undefined : this.#last;
  }

  /** A new stream begins, at the last line or at some moment before it. */
  reopened(): void {
    this.#rest = '';
    this.#again = this.#last === '' ? undefined : this.#atLast;
  }

  /** The new lines of a piece. */
  take(piece: string): TimedLine[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map(timed).filter((line) => this.#isNew(line));
  }

  #isNew({ time }: TimedLine): boolean {
    if (this.#again !== undefined) {
      if (time < this.#last) return false;
      if (time === this.#last && this.#again > 0) {
        this.#again -= 1;
        return false;
      }
      this.#again = undefined;
    }
    // The two outputs of a container may stand in the log a moment out of order.
    if (time === this.#last) this.#atLast += 1;
    else if (time > this.#last) {
      this.#last = time;
      this.#atLast = 1;
    }
    return true;
  }
}

function timed(line: string): TimedLine {
  const blank = line.indexOf(' ');
  return { time: sortable(line.slice(0, blank)), text: line.slice(blank + 1) };
}

/** With all nine digits of the fraction: Go leaves zeros at its end away. */
function sortable(time: string): string {
  const [, whole = '', fraction = ''] = /^([^.Z]*)\.?(\d*)Z$/.exec(time) ?? [];
  return whole === '' ? time : `${whole}.${fraction.padEnd(9, '0')}Z`;
}
