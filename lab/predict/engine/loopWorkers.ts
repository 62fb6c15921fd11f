/** The workers of closed loops: what each sends next, and to whom it talks. */
import type { Worker } from './workers.ts';

interface Loop {
  readonly next: Int32Array;
  /** The proxy's worker at the other end of each one's connection. */
  readonly talksTo: (Worker | null)[];
  /** Of each request, its worker. */
  workerOf: Int32Array;
  /** Workers that have more to send. */
  left: number;
}

export class LoopWorkers {
  /** By client. */
  #loops: Loop[] = [];

  reset(): void {
    this.#loops = [];
  }

  begin(client: number, workers: number): void {
    this.#loops[client] = {
      next: Int32Array.from({ length: workers }, (_, worker) => worker),
      talksTo: Array.from({ length: workers }, () => null),
      workerOf: new Int32Array(256),
      left: workers,
    };
  }

  /** The number of the request that a worker sends next. */
  next(client: number, worker: number): number {
    return this.#of(client).next[worker] as number;
  }

  /** Goes on to the one after it. @returns the number of the request that is sent now */
  take(client: number, worker: number, step: number): number {
    const { next } = this.#of(client);
    const index = next[worker] as number;
    next[worker] = index + step;
    return index;
  }

  /** Null where it has to connect first. */
  talksTo(client: number, worker: number): Worker | null {
    return this.#of(client).talksTo[worker] ?? null;
  }

  connect(client: number, worker: number, talksTo: Worker | null): void {
    this.#of(client).talksTo[worker] = talksTo;
  }

  remember(client: number, request: number, worker: number): void {
    const loop = this.#of(client);
    if (request >= loop.workerOf.length) {
      const larger = new Int32Array(2 * request);
      larger.set(loop.workerOf);
      loop.workerOf = larger;
    }
    loop.workerOf[request] = worker;
  }

  workerOf(client: number, request: number): number {
    return this.#of(client).workerOf[request] as number;
  }

  /** A worker has nothing more to send. @returns how many have */
  end(client: number): number {
    const loop = this.#of(client);
    loop.left -= 1;
    return loop.left;
  }

  #of(client: number): Loop {
    return this.#loops[client] as Loop;
  }
}
