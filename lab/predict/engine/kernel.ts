/** The kernel gives each new connection to one of the listeners that a proxy's workers have, by a hash. */
import { type Client, type Door, type Model, NONE } from '../model.ts';
import type { ListenerState } from './listeners.ts';
import { type Draws, PURPOSE } from './random.ts';
import { NO_WORKER, type Worker } from './workers.ts';

export class Kernel {
  readonly #draws: Draws;
  #listeners: readonly ListenerState[] = [];
  /** By client: which of its doors a new connection leads to. */
  #turns = new Int32Array(0);

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure({ clients }: Model, listeners: readonly ListenerState[]): void {
    this.#listeners = listeners;
    this.#turns = new Int32Array(clients.length);
  }

  reset(): void {
    this.#turns.fill(0);
  }

  /** Where a client's request goes in: new connections take its doors in turn, as kube-proxy does. */
  doorOf(client: number, doors: readonly Door[], isNew: boolean): Door {
    const turn = this.#turns[client] as number;
    if (isNew && doors.length > 1) this.#turns[client] = (turn + 1) % doors.length;
    return doors[turn] as Door;
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

/** By client, whether no other client's connections lead to its proxy. */
export function aloneIn({ clients, listeners }: Model): Uint8Array<ArrayBuffer> {
  const proxiesOf = ({ doors }: Client): number[] => [
    ...new Set(doors.flatMap(({ listener }) => listeners[listener]?.proxy ?? [])),
  ];
  const users = new Map<number, number>();
  for (const proxy of clients.flatMap(proxiesOf)) users.set(proxy, (users.get(proxy) ?? 0) + 1);
  return Uint8Array.from(clients, (client) =>
    client.doors.length === 1 && proxiesOf(client).every((proxy) => users.get(proxy) === 1) ? 1 : 0,
  );
}
