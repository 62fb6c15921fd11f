/**
 * Numbers for pairs of a cluster and something in it, such as an endpoint: a table with a place for each
 * where there are not too many, else a place for those that are used.
 */
const MOST_DENSE = 1 << 19;

export class Places {
  #dense = new Int32Array(0);
  readonly #sparse = new Map<number, number>();
  #isDense = true;

  configure(count: number): void {
    this.#isDense = count <= MOST_DENSE;
    if (this.#isDense && this.#dense.length !== count) this.#dense = new Int32Array(count);
  }

  clear(): void {
    this.#dense.fill(0);
    this.#sparse.clear();
  }

  /** What was put there; -1 for nothing. */
  at(place: number): number {
    if (this.#isDense) return (this.#dense[place] as number) - 1;
    return this.#sparse.get(place) ?? -1;
  }

  put(place: number, row: number): void {
    if (this.#isDense) this.#dense[place] = row + 1;
    else this.#sparse.set(place, row);
  }
}
