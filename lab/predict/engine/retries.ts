/** Whether an attempt is made again (source/common/router/retry_state_impl.cc). */
import type { Model, Retry, Route } from '../model.ts';
import * as stat from './clusters.ts';
import type { Clusters } from './clusters.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import type { Visits } from './visits.ts';

export const DECISION = { no: 0, yes: 1, limit: 2, overflow: 3 } as const;

/** More than any status of HTTP. */
const STATUSES = 1000;

export class Retries {
  #policies: (Retry | null)[] = [];
  /** How often, by route. */
  #attempts = new Int32Array(0);
  /** Whether a status is retried, by route and then status. */
  #retried = new Uint8Array(0);
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
    this.#attempts = Int32Array.from(this.#policies, (policy) => policy?.attempts ?? 0);
    this.#retried = Uint8Array.from({ length: routes.length * STATUSES }, (_, place) => {
      const policy = this.#policies[Math.floor(place / STATUSES)] ?? null;
      return policy !== null && isRetried(policy, place % STATUSES) ? 1 : 0;
    });
  }

  begin(visit: number): void {
    const visits = this.#visits;
    visits.retriesLeft[visit] = this.#attempts[visits.route[visit] as number] as number;
  }

  /** After an answer. */
  onStatus(visit: number, status: number): number {
    const place = (this.#visits.route[visit] as number) * STATUSES + status;
    return this.#decide(visit, this.#retried[place] === 1);
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
    if ((this.#visits.tries[visit] as number) <= 1) return 0;
    const policy = this.#policyOf(visit);
    return policy === null || !policy.avoidsPrevious ? 0 : policy.hostAttempts;
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

function isRetried({ on5xx, onGatewayError, on4xx, statuses }: Retry, status: number): boolean {
  return (
    (on5xx && status >= 500) ||
    (onGatewayError && status >= 502 && status <= 504) ||
    (on4xx && status === 409) ||
    statuses.includes(status)
  );
}
