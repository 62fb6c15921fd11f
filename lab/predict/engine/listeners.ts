/** The listeners of all proxies: whose each is, its routes, and the limit that some find by themselves. */
import type { Listener, Model, Proxy } from '../model.ts';
import type { GradientController } from './gradient.ts';
import type { RouteState } from './routes.ts';
import type { Worker } from './workers.ts';

export class ListenerState {
  readonly is: Listener;
  /** Whether it lets requests in to a server, or in to the mesh. */
  readonly isServers: boolean;
  readonly isGateways: boolean;
  /** Of its proxy. */
  readonly workers: readonly Worker[];
  /** The route of each ask; undefined where none fits. */
  readonly routes: readonly (RouteState | undefined)[];
  controller: GradientController | null = null;

  constructor(
    listener: Listener,
    role: Proxy['role'] | undefined,
    workers: readonly Worker[],
    routes: readonly RouteState[],
  ) {
    this.is = listener;
    this.isServers = role === 'server';
    this.isGateways = role === 'gateway';
    this.workers = workers;
    this.routes = listener.routes.map((route) => routes[route]);
  }
}

/** In an application, where there is none. */
export const NO_LISTENER = new ListenerState({ proxy: -1, routes: [] }, undefined, [], []);

/** @param workers of each proxy */
export function listenersOf(
  { listeners, proxies }: Model,
  workers: readonly (readonly Worker[])[],
  routes: readonly RouteState[],
): readonly ListenerState[] {
  return listeners.map((listener) => {
    const { proxy } = listener;
    return new ListenerState(listener, proxies[proxy]?.role, workers[proxy] ?? [], routes);
  });
}
