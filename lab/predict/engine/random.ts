/**
 * Numbers that depend on what they are for and on nothing else: the seed, the request and the purpose
 * are hashed, so a changed limit shifts no other draw, and runs with one seed can be compared request
 * by request (common random numbers).
 */

/** What a draw is for; attempts and hops of a request count on from these in steps of PURPOSES. */
export const PURPOSE = {
  worker: 0,
  firstChoice: 1,
  secondChoice: 2,
  service: 3,
  serviceToo: 4,
  failure: 5,
  status: 6,
  weight: 7,
  backOff: 8,
  fault: 9,
  abort: 10,
  start: 11,
  arrival: 12,
  priority: 13,
  ejection: 14,
  remoteWorker: 15,
  /** Of a worker, at a time; no request's. */
  wake: 7,
} as const;

export const PURPOSES = 16;

/** The finaliser of MurmurHash3 (Austin Appleby, public domain): every bit depends on every bit. */
function mixed(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export class Draws {
  #seed = 0;

  /** From now on the numbers are of this seed. */
  begin(seed: number): void {
    this.#seed = mixed(seed ^ 0x9e3779b9);
  }

  /** A whole number of 32 bits, with a sign: others do not fit into a word of V8's, and take longer. */
  bits(who: number, purpose: number): number {
    const first = mixed(this.#seed + Math.imul(who, 0x9e3779b1));
    return mixed(first + Math.imul(purpose, 0x85ebca77));
  }

  /** In [0, 1). */
  share(who: number, purpose: number): number {
    return (this.bits(who, purpose) >>> 0) * 2.3283064365386963e-10;
  }

  /** In 0 to count - 1. */
  index(count: number, who: number, purpose: number): number {
    return Math.floor(this.share(who, purpose) * count);
  }
}
