/** The routes of all proxies, with what each request on them looks up. */
import type { Model, Retry, Route } from '../model.ts';
import type { Clock } from './clock.ts';
import type { ClusterState, Clusters } from './clusters.ts';

export class RouteState {
  readonly is: Route;
  /** Of a route that has one cluster and does nothing else; null for any other. */
  readonly plain: ClusterState | null;
  /** Infinity for none. */
  readonly timeoutMs: number;
  readonly timeoutLane: number;
  readonly tryMs: number;
  readonly tryLane: number;
  readonly attempts: number;
  /** Answers below this status are never retried. */
  readonly leastRetried: number;

  constructor(route: Route, clusters: Clusters, clock: Clock) {
    const { timeoutMs, retry } = route;
    this.is = route;
    this.plain = plainCluster(route, clusters);
    this.timeoutMs = timeoutMs;
    this.timeoutLane = clock.lane(timeoutMs);
    this.tryMs = retry?.perTryTimeoutMs ?? Infinity;
    this.tryLane = clock.lane(this.tryMs);
    this.attempts = retry?.attempts ?? 0;
    this.leastRetried = retry === null ? Infinity : leastRetried(retry);
  }
}

export function routesOf(
  { routes }: Model,
  clusters: Clusters,
  clock: Clock,
): readonly RouteState[] {
  return routes.map((route) => new RouteState(route, clusters, clock));
}

function plainCluster(
  { fault, directStatus, clusters: [only, ...others] }: Route,
  clusters: Clusters,
): ClusterState | null {
  const isPlain = fault === null && directStatus === 0 && others.length === 0;
  return isPlain && only !== undefined && only.cluster >= 0 ? clusters.at(only.cluster) : null;
}

function leastRetried({ on5xx, onGatewayError, on4xx, statuses }: Retry): number {
  return Math.min(
    ...statuses,
    on4xx ? 409 : Infinity,
    on5xx ? 500 : Infinity,
    onGatewayError ? 502 : Infinity,
  );
}
