/** Which batches are warm: from the first on in which no proxy used more connections than before. */
export class WarmUp {
  #proxies = 0;
  /** Connections used, by batch and then proxy. */
  #used = new Int32Array(0);
  #largest = new Int32Array(0);
  #seen = 0;
  /** NONE as long as no batch was warm. */
  #first = -1;

  configure(proxies: number): void {
    this.#proxies = proxies;
    this.#largest = new Int32Array(proxies);
  }

  reset(): void {
    this.#used.fill(0);
    this.#largest.fill(0);
    this.#seen = 0;
    this.#first = -1;
  }

  /** A connection that the batch had not used before. */
  used(proxy: number, batch: number): void {
    const place = batch * this.#proxies + proxy;
    if (place >= this.#used.length) {
      const larger = new Int32Array(Math.max(64, 2 * (place + this.#proxies)));
      larger.set(this.#used);
      this.#used = larger;
    }
    this.#used[place] = (this.#used[place] as number) + 1;
  }

  /** The first warm batch of those that are over; their number where none was. */
  firstWarm(batches: number): number {
    for (; this.#first < 0 && this.#seen < batches; this.#seen += 1) {
      if (!this.#grew(this.#seen)) this.#first = this.#seen;
    }
    return this.#first < 0 ? batches : this.#first;
  }

  #grew(batch: number): boolean {
    let grew = false;
    for (let proxy = 0; proxy < this.#proxies; proxy += 1) {
      const used = this.#used[batch * this.#proxies + proxy] ?? 0;
      if (used > (this.#largest[proxy] as number)) {
        grew = true;
        this.#largest[proxy] = used;
      }
    }
    return grew;
  }
}
