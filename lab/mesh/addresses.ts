/** Addresses for what has none of its own yet, in order of appearance. */
export class Addresses {
  readonly #prefix: string;
  readonly #taken: ReadonlySet<string>;
  #last = 0;

  /** @param prefix the first two numbers of a /16, such as `10.244` */
  constructor(prefix: string, taken: Iterable<string>) {
    this.#prefix = prefix;
    this.#taken = new Set(taken);
  }

  next(): string {
    let address: string;
    do {
      this.#last += 1;
      address = `${this.#prefix}.${this.#last >> 8}.${this.#last & 255}`;
    } while (this.#taken.has(address));
    return address;
  }
}
