/**
 * What is due, in the order of time: a lane for each delay that recurs, and a heap for the rest. An
 * event is two numbers: what is to be done with which row, and a number by which the row is known to be
 * the same still.
 */
import { Heap } from './heap.ts';
import { Lane } from './lanes.ts';

/** What there is to be done; a row's number stands above it in one word. */
export const EVENT = {
  batch: 0,
  send: 1,
  turn: 2,
  response: 3,
  reset: 4,
  membership: 5,
  dispatch: 6,
  idle: 7,
  routeTimeout: 8,
  tryTimeout: 9,
  retry: 10,
  faultOver: 11,
  served: 12,
  callTimeout: 13,
  clientTimeout: 14,
  eject: 15,
  sweep: 16,
  connect: 17,
} as const;

const BITS = 5;
const CODE = (1 << BITS) - 1;

/** More lanes would take longer to look through than a heap does. */
const MOST_LANES = 14;

export class Clock {
  now = 0;
  /** What `next` found: an EVENT, its row and its number. */
  code = 0;
  row = 0;
  number = 0;
  readonly #heap = new Heap();
  readonly #lanes = Array.from({ length: MOST_LANES }, () => new Lane());
  /** When each lane's first event is due; Infinity where there is none. */
  readonly #heads = new Float64Array(MOST_LANES);
  /** The lane that what is due next may be in, and when nothing in the others is due before. */
  #first = 0;
  #othersMs = -Infinity;
  readonly #delays: number[] = [];
  #used = 0;

  /** Forgets all lanes. */
  configure(): void {
    this.#used = 0;
    this.#delays.length = 0;
  }

  /** The lane for what is due after this delay; -1, the heap, where there are too many. */
  lane(delay: number): number {
    const known = this.#delays.indexOf(delay);
    if (known >= 0) return known;
    return this.ownLane(delay);
  }

  /** A lane for times that are near the delay, most of them in order. */
  ownLane(delay: number): number {
    if (this.#used === MOST_LANES || delay === Infinity) return -1;
    this.#delays.push(delay);
    this.#used += 1;
    return this.#used - 1;
  }

  /** Nothing is due, and it is 0 o'clock. */
  reset(): void {
    this.now = 0;
    this.#heap.clear();
    this.#othersMs = -Infinity;
    this.#heads.fill(Infinity);
    for (const lane of this.#lanes) lane.clear();
  }

  /** After the lane's own delay. */
  after(lane: number, delay: number, code: number, row: number, number: number): void {
    this.at(lane, this.now + delay, code, row, number);
  }

  /** @param lane in which most times are in order; -1 for none */
  at(lane: number, time: number, code: number, row: number, number: number): void {
    const what = (row << BITS) | code;
    if (lane >= 0 && (this.#lanes[lane] as Lane).push(time, what, number)) {
      if (time < (this.#heads[lane] as number)) this.#heads[lane] = time;
      if (lane === this.#first) return;
    } else {
      this.#heap.push(time, what, number);
    }
    if (time < this.#othersMs) this.#othersMs = time;
  }

  /** Goes on to what is due next. @returns whether there is anything */
  next(): boolean {
    const heads = this.#heads;
    if (!((heads[this.#first] as number) < this.#othersMs) && !this.#look()) {
      return this.#ofHeap();
    }
    const first = this.#first;
    const lane = this.#lanes[first] as Lane;
    this.now = heads[first] as number;
    heads[first] = lane.take();
    this.#found(lane.what, lane.which);
    return true;
  }

  /** Looks for the lane whose first event is due before all others. @returns false where the heap's is */
  #look(): boolean {
    const heads = this.#heads;
    const used = this.#used;
    let first = -1;
    let time = this.#heap.time;
    let othersMs = Infinity;
    for (let lane = 0; lane < used; lane += 1) {
      const head = heads[lane] as number;
      if (head < time) {
        othersMs = time;
        time = head;
        first = lane;
      } else if (head < othersMs) {
        othersMs = head;
      }
    }
    if (first < 0) return false;
    this.#first = first;
    this.#othersMs = othersMs;
    return true;
  }

  #ofHeap(): boolean {
    const heap = this.#heap;
    if (heap.time === Infinity) return false;
    const { what, which } = heap;
    this.now = heap.time;
    heap.drop();
    this.#found(what, which);
    this.#othersMs = -Infinity;
    return true;
  }

  #found(what: number, which: number): void {
    this.code = what & CODE;
    this.row = what >> BITS;
    this.number = which;
  }
}
