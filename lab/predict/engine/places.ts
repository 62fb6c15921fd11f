/**
 * What there is for pairs of a cluster and something in it, such as an endpoint: a table with a place for
 * each where there are not too many, else a place for those that are used.
 */
const MOST_DENSE = 1 << 19;

export class Places<Row> {
  #dense: (Row | undefined)[] = [];
  readonly #sparse = new Map<number, Row>();
  #isDense = true;

  configure(count: number): void {
    this.#isDense = count <= MOST_DENSE;
    if (this.#isDense && this.#dense.length !== count) {
      this.#dense = Array.from({ length: count }, () => undefined);
    }
  }

  clear(): void {
    this.#dense.fill(undefined);
    this.#sparse.clear();
  }

  at(place: number): Row | undefined {
    return this.#isDense ? this.#dense[place] : this.#sparse.get(place);
  }

  put(place: number, row: Row): void {
    if (this.#isDense) this.#dense[place] = row;
    else this.#sparse.set(place, row);
  }
}
