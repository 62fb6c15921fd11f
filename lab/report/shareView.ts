/** How far a long computation is, and what time is left: one live line on a terminal, else one now and then. */
import { LiveLines } from './live.ts';

/** Between two lines where there is no terminal. */
const EVERY_MS = 5000;

export class ShareView {
  readonly #stream: NodeJS.WriteStream;
  readonly #what: string;
  readonly #all: number;
  readonly #now: () => number;
  readonly #lines: LiveLines;
  readonly #startedAt: number;
  #text = '';
  #from = NaN;
  #saidAt: number;

  /** @param what is counted, such as `cells` */
  constructor(stream: NodeJS.WriteStream, what: string, all: number, now: () => number = Date.now) {
    this.#stream = stream;
    this.#what = what;
    this.#all = all;
    this.#now = now;
    this.#startedAt = now();
    this.#saidAt = this.#startedAt;
    this.#lines = new LiveLines(stream, () => [this.#text]);
  }

  /** Of what comes before the first is done. */
  note(text: string): void {
    this.#say(text);
  }

  done(count: number): void {
    if (Number.isNaN(this.#from)) this.#from = this.#now();
    this.#say(`${figure(count)} of ${figure(this.#all)} ${this.#what}${this.#left(count)}`);
  }

  end(): void {
    this.#lines.end();
  }

  /** As long as what is done has taken, in proportion. */
  #left(count: number): string {
    const more = this.#all - count;
    const tookMs = this.#now() - this.#from;
    if (more <= 0 || tookMs === 0) return '';
    return `, ~${Math.max(1, Math.round(((tookMs / count) * more) / 1000))} s left`;
  }

  #say(text: string): void {
    this.#text = text;
    if (this.#stream.isTTY || this.#now() - this.#saidAt < EVERY_MS) return;
    this.#saidAt = this.#now();
    this.#lines.line(text);
  }
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
