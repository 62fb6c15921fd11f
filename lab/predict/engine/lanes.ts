/**
 * Rings of events whose times hardly ever go back, one for each delay that recurs: to add at a ring's
 * end and to take from its beginning costs next to nothing. What comes out of order is sorted in where
 * that is a matter of a few places. All rings lie in the same arrays, one behind the other.
 */
const FEW = 24;
const FIRST_SIZE = 64;

export class Lanes {
  /** When each lane's first event is due; Infinity where there is none. */
  readonly heads: Float64Array;
  readonly #count: number;
  #size = FIRST_SIZE;
  #times: Float64Array;
  /** What is to be done, and its number. */
  #events: Int32Array;
  /** Where each begins and ends, counted on for ever. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** What `take` took. */
  what = 0;
  which = 0;

  constructor(count: number) {
    this.#count = count;
    this.heads = new Float64Array(count).fill(Infinity);
    this.#times = new Float64Array(count * FIRST_SIZE);
    this.#events = new Int32Array(2 * count * FIRST_SIZE);
    this.#from = new Int32Array(count);
    this.#to = new Int32Array(count);
  }

  clear(): void {
    this.heads.fill(Infinity);
    this.#from.fill(0);
    this.#to.fill(0);
  }

  /** Takes the first event of a lane; there must be one. */
  take(lane: number): void {
    const mask = this.#size - 1;
    const base = lane * this.#size;
    const from = this.#from[lane] as number;
    const place = base + (from & mask);
    this.what = this.#events[2 * place] as number;
    this.which = this.#events[2 * place + 1] as number;
    this.#from[lane] = from + 1;
    this.heads[lane] =
      from + 1 === this.#to[lane] ? Infinity : (this.#times[base + ((from + 1) & mask)] as number);
  }

  /** @returns whether it had room for it: not where many others come after */
  push(lane: number, time: number, what: number, which: number): boolean {
    const from = this.#from[lane] as number;
    let at = this.#to[lane] as number;
    if (at - from === this.#size) this.#grow();
    const times = this.#times;
    const events = this.#events;
    const mask = this.#size - 1;
    const base = lane * this.#size;
    if (at > from && (times[base + ((at - 1) & mask)] as number) > time) {
      const least = Math.max(from, at - FEW);
      let place = at - 1;
      while (place > least && (times[base + ((place - 1) & mask)] as number) > time) place -= 1;
      if (place > from && (times[base + ((place - 1) & mask)] as number) > time) return false;
      for (; at > place; at -= 1) {
        const to = base + (at & mask);
        const moved = base + ((at - 1) & mask);
        times[to] = times[moved] as number;
        events[2 * to] = events[2 * moved] as number;
        events[2 * to + 1] = events[2 * moved + 1] as number;
      }
    }
    const to = base + (at & mask);
    times[to] = time;
    events[2 * to] = what;
    events[2 * to + 1] = which;
    this.#to[lane] = (this.#to[lane] as number) + 1;
    if (at === from) this.heads[lane] = time;
    return true;
  }

  /** Twice as long, all of them. */
  #grow(): void {
    const size = this.#size;
    const times = new Float64Array(2 * this.#count * size);
    const events = new Int32Array(4 * this.#count * size);
    for (let lane = 0; lane < this.#count; lane += 1) {
      const from = this.#from[lane] as number;
      const to = this.#to[lane] as number;
      for (let at = from; at < to; at += 1) {
        const old = lane * size + (at & (size - 1));
        const place = 2 * lane * size + (at & (2 * size - 1));
        times[place] = this.#times[old] as number;
        events[2 * place] = this.#events[2 * old] as number;
        events[2 * place + 1] = this.#events[2 * old + 1] as number;
      }
    }
    this.#times = times;
    this.#events = events;
    this.#size = 2 * size;
  }
}
