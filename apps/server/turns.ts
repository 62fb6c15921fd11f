/** Who is at work and who waits: an application that does a limited number of things at a time. */
export class Turns {
  readonly #limit: number;
  #working = 0;
  readonly #waiting = new Set<() => void>();

  /** @param limit Infinity for none */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `begin` when it is its turn, at once where there is room; in the order of arrival. */
  take(begin: () => void): void {
    if (this.#working < this.#limit) {
      this.#working += 1;
      begin();
    } else {
      this.#waiting.add(begin);
    }
  }

  /** @returns whether it was still waiting, and now does no more */
  leave(begin: () => void): boolean {
    return this.#waiting.delete(begin);
  }

  /** Ends a turn that was taken. */
  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#working -= 1;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
