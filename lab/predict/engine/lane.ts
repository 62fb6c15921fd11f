/**
 * A ring of events whose times hardly ever go back: what is due after one and the same delay. To add at
 * its end and to take from its beginning costs next to nothing; what comes out of order is sorted in
 * where that is a matter of a few places.
 */
const FEW = 24;

export class Lane {
  #mask = 255;
  #times = new Float64Array(256);
  #what = new Int32Array(256);
  #which = new Int32Array(256);
  #head = 0;
  #tail = 0;

  clear(): void {
    this.#head = 0;
    this.#tail = 0;
  }

  /** Of its first event; Infinity where there is none. */
  get time(): number {
    return this.#head === this.#tail ? Infinity : (this.#times[this.#head & this.#mask] as number);
  }

  get what(): number {
    return this.#what[this.#head & this.#mask] as number;
  }

  get which(): number {
    return this.#which[this.#head & this.#mask] as number;
  }

  /** Takes the first event away; there must be one. */
  drop(): void {
    this.#head += 1;
  }

  /** @returns whether it had room for it: not where many others come after */
  push(time: number, what: number, which: number): boolean {
    if (this.#tail - this.#head > this.#mask) this.#grow();
    const mask = this.#mask;
    const times = this.#times;
    let at = this.#tail;
    if (at > this.#head && (times[(at - 1) & mask] as number) > time) {
      const last = Math.max(this.#head, at - FEW);
      let place = at - 1;
      while (place > last && (times[(place - 1) & mask] as number) > time) place -= 1;
      if (place === last && last > this.#head && (times[(place - 1) & mask] as number) > time) {
        return false;
      }
      for (; at > place; at -= 1) {
        times[at & mask] = times[(at - 1) & mask] as number;
        this.#what[at & mask] = this.#what[(at - 1) & mask] as number;
        this.#which[at & mask] = this.#which[(at - 1) & mask] as number;
      }
    }
    times[at & mask] = time;
    this.#what[at & mask] = what;
    this.#which[at & mask] = which;
    this.#tail += 1;
    return true;
  }

  #grow(): void {
    const count = this.#tail - this.#head;
    const size = 2 * (this.#mask + 1);
    const times = new Float64Array(size);
    const what = new Int32Array(size);
    const which = new Int32Array(size);
    for (let index = 0; index < count; index += 1) {
      const from = (this.#head + index) & this.#mask;
      times[index] = this.#times[from] as number;
      what[index] = this.#what[from] as number;
      which[index] = this.#which[from] as number;
    }
    this.#times = times;
    this.#what = what;
    this.#which = which;
    this.#head = 0;
    this.#tail = count;
    this.#mask = size - 1;
  }
}
