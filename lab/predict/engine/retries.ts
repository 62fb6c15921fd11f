/** Whether an attempt is made again (source/common/router/retry_state_impl.cc). */
import type { Model, Retry, Route } from '../model.ts';
import * as stat from './clusters.ts';
import type { Clusters } from './clusters.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import type { Visits } from './visits.ts';

export const DECISION = { no: 0, yes: 1, limit: 2, overflow: 3 } as const;

export class Retries {
  #policies: (Retry | null)[] = [];
  readonly #clusters: Clusters;
  readonly #visits: Visits;
  readonly #draws: Draws;

  constructor(clusters: Clusters, visits: Visits, draws: Draws) {
    this.#clusters = clusters;
    this.#visits = visits;
    this.#draws = draws;
  }

  configure({ routes }: Model): void {
    this.#policies = routes.map(({ retry }: Route) => retry);
  }

  begin(visit: number): void {
    this.#visits.retriesLeft[visit] = this.#policyOf(visit)?.attempts ?? 0;
  }

  /** After an answer. */
  onStatus(visit: number, status: number): number {
    const policy = this.#policyOf(visit);
    if (policy === null) return DECISION.no;
    const would =
      (policy.on5xx && status >= 500) ||
      (policy.onGatewayError && status >= 502 && status <= 504) ||
      (policy.on4xx && status === 409) ||
      policy.statuses.includes(status);
    return this.#decide(visit, would);
  }

  /** After an attempt without an answer, which no full breaker refused: those are never made again. */
  onReset(visit: number, connected: boolean): number {
    const policy = this.#policyOf(visit);
    if (policy === null) return DECISION.no;
    const would =
      (policy.onConnectFailure && !connected) ||
      policy.onReset ||
      (policy.onResetBeforeRequest && !connected) ||
      policy.on5xx ||
      policy.onGatewayError;
    return this.#decide(visit, would);
  }

  /** How long to wait before the attempt, in ms. */
  backOff(visit: number): number {
    const policy = this.#policyOf(visit);
    if (policy === null) return 0;
    const tries = this.#visits.tries[visit] as number;
    const below = Math.min(policy.baseMs * 2 ** (tries - 1), policy.mostMs);
    const purpose = this.#visits.drawOf(visit) | PURPOSE.backOff;
    return below * this.#draws.share(this.#visits.who[visit] as number, purpose);
  }

  /** How often another host is chosen in place of one that was tried. */
  hostAttempts(visit: number): number {
    const policy = this.#policyOf(visit);
    if (policy === null || !policy.avoidsPrevious) return 0;
    return (this.#visits.tries[visit] as number) > 1 ? policy.hostAttempts : 0;
  }

  /** It counts against the cluster's retries no more. */
  release(visit: number): void {
    if (this.#visits.holdsRetry[visit] === 0) return;
    this.#visits.holdsRetry[visit] = 0;
    add(this.#clusters.retries, this.#visits.cluster[visit] as number, -1);
  }

  #policyOf(visit: number): Retry | null {
    return this.#policies[this.#visits.route[visit] as number] ?? null;
  }

  #decide(visit: number, would: boolean): number {
    const visits = this.#visits;
    const cluster = visits.cluster[visit] as number;
    if (visits.holdsRetry[visit] !== 0) {
      if (!would) this.#clusters.count(cluster, stat.RQ_RETRY_SUCCESS);
      this.release(visit);
    }
    if (!would) return DECISION.no;
    if (visits.retriesLeft[visit] === 0) {
      this.#clusters.count(cluster, stat.RQ_RETRY_LIMIT);
      return DECISION.limit;
    }
    add(visits.retriesLeft, visit, -1);
    if (!this.#clusters.hasRoomForRetry(cluster)) {
      this.#clusters.count(cluster, stat.RQ_RETRY_OVERFLOW);
      return DECISION.overflow;
    }
    this.#clusters.retrying(cluster);
    visits.holdsRetry[visit] = 1;
    return DECISION.yes;
  }
}
