/** Adds to an entry. @returns what it is then */
export function add(column: Int32Array, row: number, by: number): number {
  return (column[row] = (column[row] as number) + by);
}

/** Objects of one kind that are used again: none is made or thrown away for an event. */
export class Rows<Row> {
  readonly #make: (id: number) => Row;
  readonly #all: Row[] = [];
  /** Rows that were taken at some time. */
  #used = 0;
  readonly #freed: Row[] = [];
  #freedCount = 0;

  constructor(make: (id: number) => Row) {
    this.#make = make;
  }

  /** One that nobody has; what stands in it is from its former life. */
  take(): Row {
    if (this.#freedCount > 0) {
      this.#freedCount -= 1;
      return this.#freed[this.#freedCount] as Row;
    }
    if (this.#used === this.#all.length) this.#all.push(this.#make(this.#used));
    this.#used += 1;
    return this.#all[this.#used - 1] as Row;
  }

  giveBack(row: Row): void {
    this.#freed[this.#freedCount] = row;
    this.#freedCount += 1;
  }

  /** Taken, or given back. */
  at(id: number): Row {
    return this.#all[id] as Row;
  }

  /** How many there are, those that were given back included. */
  get count(): number {
    return this.#used;
  }

  /** No row is taken. */
  clear(): void {
    this.#used = 0;
    this.#freedCount = 0;
  }
}
