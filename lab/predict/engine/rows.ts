/** Tables whose columns are typed arrays: rows by number, taken and given back, with no object each. */
import { grown } from './heap.ts';

const FIRST = 64;

/** A column of whole numbers, as large as a new table. */
export function ints(): Int32Array {
  return new Int32Array(FIRST);
}

/** Adds to an entry. @returns what it is then */
export function add(column: Int32Array, row: number, by: number): number {
  return (column[row] = (column[row] as number) + by);
}

/**
 * Which rows of a table are taken. A table has one and takes its rows there itself: methods that all
 * tables inherited would be compiled for all of them together, and slow for each.
 */
export class Slots {
  readonly #table: object;
  #size = FIRST;
  /** Rows that were taken at some time. */
  #used = 0;
  #freed = ints();
  #freedCount = 0;

  /** @param table its columns are its public fields, made by `ints`, and grow with the rows */
  constructor(table: object) {
    this.#table = table;
  }

  /** A row that nobody has; what stands in it is from its former life. */
  take(): number {
    if (this.#freedCount > 0) {
      this.#freedCount -= 1;
      return this.#freed[this.#freedCount] as number;
    }
    if (this.#used === this.#size) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  giveBack(row: number): void {
    this.#freed[this.#freedCount] = row;
    this.#freedCount += 1;
  }

  /** How many rows there are, those that were given back included. */
  get count(): number {
    return this.#used;
  }

  /** No row is taken. */
  clear(): void {
    this.#used = 0;
    this.#freedCount = 0;
  }

  #grow(): void {
    this.#size *= 2;
    this.#freed = grown(this.#freed, new Int32Array(this.#size));
    const own = this.#table as Record<string, unknown>;
    for (const [name, column] of Object.entries(own)) {
      if (column instanceof Int32Array) own[name] = grown(column, new Int32Array(this.#size));
      if (column instanceof Int16Array) own[name] = grown(column, new Int16Array(this.#size));
      if (column instanceof Uint8Array) own[name] = grown(column, new Uint8Array(this.#size));
      if (column instanceof Float64Array) own[name] = grown(column, new Float64Array(this.#size));
    }
  }
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
