/** When the requests of an open loop are due. */
import type { Load } from '../model.ts';
import type { ClientState } from './clients.ts';
import { type Draws, PURPOSE } from './random.ts';

type OpenLoop = Exclude<Load, { readonly mode: 'batch' | 'closed' }>;

export class Dues {
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** Goes on to the next one, at its `dueMs` since the load's start. @returns whether there is one */
  next(client: ClientState, load: OpenLoop): boolean {
    const dueMs = this.#after(client, load);
    if (client.dueCount >= load.requests || dueMs >= load.durationMs) return false;
    client.dueCount += 1;
    client.dueMs = dueMs;
    return true;
  }

  #after(client: ClientState, load: OpenLoop): number {
    const { dueCount: index, dueMs } = client;
    switch (load.mode) {
      case 'paced':
        return index * load.intervalMs;
      case 'at':
        return load.dueMs[index] ?? Infinity;
      case 'poisson': {
        const share = this.#draws.share(client.who(index), PURPOSE.arrival);
        return dueMs - (Math.log(1 - share) / load.perSecond) * 1000;
      }
    }
  }
}
