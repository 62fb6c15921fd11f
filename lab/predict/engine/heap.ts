/** A binary heap of events in typed arrays, the earliest on top: for times in no order. */
export class Heap {
  size = 0;
  /** Of the earliest; Infinity where there is none. */
  time = Infinity;
  #times = new Float64Array(256);
  #what = new Int32Array(256);
  #which = new Int32Array(256);

  clear(): void {
    this.size = 0;
    this.time = Infinity;
  }

  get what(): number {
    return this.#what[0] as number;
  }

  get which(): number {
    return this.#which[0] as number;
  }

  push(time: number, what: number, which: number): void {
    if (this.size === this.#times.length) this.#grow();
    const times = this.#times;
    const whats = this.#what;
    const whiches = this.#which;
    let at = this.size;
    this.size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = times[parent] as number;
      if (time >= above) break;
      times[at] = above;
      whats[at] = whats[parent] as number;
      whiches[at] = whiches[parent] as number;
      at = parent;
    }
    times[at] = time;
    whats[at] = what;
    whiches[at] = which;
    this.time = times[0] as number;
  }

  /** Takes the top away; there must be one. */
  drop(): void {
    const times = this.#times;
    const whats = this.#what;
    const whiches = this.#which;
    this.size -= 1;
    const last = this.size;
    const time = times[last] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && (times[child + 1] as number) < (times[child] as number)) child += 1;
      const below = times[child] as number;
      if (below >= time) break;
      times[at] = below;
      whats[at] = whats[child] as number;
      whiches[at] = whiches[child] as number;
      at = child;
    }
    times[at] = time;
    whats[at] = whats[last] as number;
    whiches[at] = whiches[last] as number;
    this.time = last === 0 ? Infinity : (times[0] as number);
  }

  #grow(): void {
    const { length } = this.#times;
    this.#times = grown(this.#times, new Float64Array(2 * length));
    this.#what = grown(this.#what, new Int32Array(2 * length));
    this.#which = grown(this.#which, new Int32Array(2 * length));
  }
}

/** The larger array with the smaller one's contents at its beginning. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
