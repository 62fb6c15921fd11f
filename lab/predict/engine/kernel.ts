/** The kernel gives each new connection to one of the listeners that a proxy's workers have, by a hash. */
import { type Door, NONE } from '../model.ts';
import type { ClientState } from './clients.ts';
import type { ListenerState } from './listeners.ts';
import { type Draws, PURPOSE } from './random.ts';
import { NO_WORKER, type Worker } from './workers.ts';

export class Kernel {
  readonly #draws: Draws;
  #listeners: readonly ListenerState[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure(listeners: readonly ListenerState[]): void {
    this.#listeners = listeners;
  }

  /** Where a client's request goes in: new connections take its doors in turn, as kube-proxy does. */
  doorOf(client: ClientState, isNew: boolean): Door {
    const { doors } = client.is;
    const { door } = client;
    if (isNew && doors.length > 1) client.door = (door + 1) % doors.length;
    return doors[door] as Door;
  }

  /** NO_WORKER where there is no proxy. @param who the connection, to the draws */
  workerFor({ listener }: Door, who: number): Worker {
    if (listener === NONE) return NO_WORKER;
    const { workers } = this.#listeners[listener] as ListenerState;
    const { length } = workers;
    const own = length === 1 ? 0 : this.#draws.index(length, who, PURPOSE.worker);
    return workers[own] as Worker;
  }
}
