/**
 * A ring of events whose times hardly ever go back, for a delay that recurs: to add at its end and to take
 * from its beginning costs next to nothing. What comes out of order is sorted in where that is a matter of
 * a few places.
 */
const FEW = 24;
const FIRST_SIZE = 64;

export class Lane {
  /** Where in it each event stands, by its count modulo the size, a power of two. */
  #times = new Float64Array(FIRST_SIZE);
  /** What is to be done, and its number. */
  #events = new Int32Array(2 * FIRST_SIZE);
  #mask = FIRST_SIZE - 1;
  /** Where it begins and ends, counted on for ever. */
  #from = 0;
  #to = 0;
  /** What `take` took. */
  what = 0;
  which = 0;

  clear(): void {
    this.#from = 0;
    this.#to = 0;
  }

  /** Takes the first event; there must be one. @returns when the next one is due; Infinity for none */
  take(): number {
    const place = this.#from & this.#mask;
    this.what = this.#events[2 * place] as number;
    this.which = this.#events[2 * place + 1] as number;
    this.#from += 1;
    return this.#from === this.#to ? Infinity : (this.#times[this.#from & this.#mask] as number);
  }

  /** @returns whether it had room for it: not where many others come after */
  push(time: number, what: number, which: number): boolean {
    if (this.#to - this.#from > this.#mask) this.#grow();
    const times = this.#times;
    const events = this.#events;
    const mask = this.#mask;
    const from = this.#from;
    let at = this.#to;
    const least = Math.max(from, at - FEW);
    if (least > from && (times[(least - 1) & mask] as number) > time) return false;
    while (at > least) {
      const before = (at - 1) & mask;
      const beforeMs = times[before] as number;
      if (beforeMs <= time) break;
      const to = at & mask;
      times[to] = beforeMs;
      events[2 * to] = events[2 * before] as number;
      events[2 * to + 1] = events[2 * before + 1] as number;
      at -= 1;
    }
    const to = at & mask;
    times[to] = time;
    events[2 * to] = what;
    events[2 * to + 1] = which;
    this.#to += 1;
    return true;
  }

  /** Twice as long. */
  #grow(): void {
    const old = this.#mask;
    const size = 2 * (old + 1);
    const times = new Float64Array(size);
    const events = new Int32Array(2 * size);
    for (let at = this.#from; at < this.#to; at += 1) {
      const from = at & old;
      const to = at & (size - 1);
      times[to] = this.#times[from] as number;
      events[2 * to] = this.#events[2 * from] as number;
      events[2 * to + 1] = this.#events[2 * from + 1] as number;
    }
    this.#times = times;
    this.#events = events;
    this.#mask = size - 1;
  }
}
