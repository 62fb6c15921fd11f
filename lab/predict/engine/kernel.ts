/** The kernel gives each new connection to one of the listeners that a proxy's workers have, by a hash. */
import { type App, type Door, type Model, NONE } from '../model.ts';
import type { ClientState } from './clients.ts';
import type { ListenerState } from './listeners.ts';
import { type Draws, PURPOSE } from './random.ts';
import { NO_WORKER, type Worker } from './workers.ts';

export class Kernel {
  readonly #draws: Draws;
  #listeners: readonly ListenerState[] = [];
  #apps: readonly App[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure({ apps }: Model, listeners: readonly ListenerState[]): void {
    this.#apps = apps;
    this.#listeners = listeners;
  }

  /** Where a client's new connection leads: it takes its doors in turn, as kube-proxy does. */
  doorOf(client: ClientState): Door {
    const { doors } = client.is;
    const { door } = client;
    if (doors.length > 1) client.door = (door + 1) % doors.length;
    return doors[door] as Door;
  }

  /** Whether a connection to it outlives an answer. */
  keeps({ listener, app }: Door): boolean {
    return listener !== NONE || this.#apps[app]?.keepAlive !== false;
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
