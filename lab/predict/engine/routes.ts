/** The routes of all proxies, in tables: what most of them say is looked up and not read from objects. */
import { type Model, NONE, type Route } from '../model.ts';
import type { Clock } from './clock.ts';

export class Routes {
  /** By route; Infinity for none. */
  timeoutMs = new Float64Array(0);
  timeoutLanes = new Int32Array(0);
  tryMs = new Float64Array(0);
  tryLanes = new Int32Array(0);
  #routes: readonly Route[] = [];
  /** By listener, and then by ask. */
  #taken: readonly (readonly number[])[] = [];
  #plain = new Int32Array(0);

  configure({ listeners, routes }: Model, clock: Clock): void {
    this.#routes = routes;
    this.#taken = listeners.map((listener) => listener.routes);
    this.#plain = Int32Array.from(routes, plainCluster);
    this.timeoutMs = Float64Array.from(routes, ({ timeoutMs }) => timeoutMs);
    this.timeoutLanes = Int32Array.from(this.timeoutMs, (ms) => clock.lane(ms));
    this.tryMs = Float64Array.from(routes, ({ retry }) => retry?.perTryTimeoutMs ?? Infinity);
    this.tryLanes = Int32Array.from(this.tryMs, (ms) => clock.lane(ms));
  }

  at(route: number): Route {
    return this.#routes[route] as Route;
  }

  /** Which a request takes that came in at a listener; NONE where none fits. */
  taken(listener: number, ask: number): number {
    return (this.#taken[listener] as readonly number[])[ask] ?? NONE;
  }

  /** The cluster of a route that has one and does nothing else; NONE for any other route. */
  plain(route: number): number {
    return this.#plain[route] as number;
  }
}

function plainCluster({ fault, directStatus, clusters }: Route): number {
  const [only] = clusters;
  const isPlain = fault === null && directStatus === 0 && clusters.length === 1;
  return isPlain && only !== undefined ? only.cluster : NONE;
}
