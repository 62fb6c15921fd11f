/** The kernel gives each new connection to one of the listeners that a proxy's workers have, by a hash. */
import { type Door, type Model, NONE } from '../model.ts';
import { type Draws, PURPOSE } from './random.ts';

export class Kernel {
  readonly #draws: Draws;
  #firstWorker: readonly number[] = [];
  #workers: readonly number[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure({ listeners, proxies }: Model, firstWorker: readonly number[]): void {
    this.#firstWorker = listeners.map(({ proxy }) => firstWorker[proxy] ?? 0);
    this.#workers = listeners.map(({ proxy }) => proxies[proxy]?.workers ?? 1);
  }

  /** NONE where there is no proxy. @param who the connection, to the draws */
  workerFor({ listener }: Door, who: number): number {
    if (listener === NONE) return NONE;
    const workers = this.#workers[listener] as number;
    const first = this.#firstWorker[listener] as number;
    return workers === 1 ? first : first + this.#draws.index(workers, who, PURPOSE.worker);
  }
}
