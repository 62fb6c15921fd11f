/** When the requests of an open loop are due. */
import type { Load } from '../model.ts';
import { type Draws, PURPOSE } from './random.ts';

type OpenLoop = Exclude<Load, { readonly mode: 'batch' | 'closed' }>;

export class Dues {
  readonly #draws: Draws;
  /** By client: how many were due, and when the last one was. */
  #count: number[] = [];
  #dueMs: number[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  reset(): void {
    this.#count = [];
    this.#dueMs = [];
  }

  /** In ms since the load's start. */
  dueMs(client: number): number {
    return this.#dueMs[client] ?? 0;
  }

  /** Goes on to the next one. @returns whether there is one */
  next(client: number, load: OpenLoop): boolean {
    const index = this.#count[client] ?? 0;
    const dueMs = this.#after(client, load, index);
    if (index >= load.requests || dueMs >= load.durationMs) return false;
    this.#count[client] = index + 1;
    this.#dueMs[client] = dueMs;
    return true;
  }

  #after(client: number, load: OpenLoop, index: number): number {
    switch (load.mode) {
      case 'paced':
        return index * load.intervalMs;
      case 'at':
        return load.dueMs[index] ?? Infinity;
      case 'poisson': {
        const who = Math.imul(client + 1, 0x632be5ab) + index;
        const share = this.#draws.share(who, PURPOSE.arrival);
        return this.dueMs(client) - (Math.log(1 - share) / load.perSecond) * 1000;
      }
    }
  }
}
