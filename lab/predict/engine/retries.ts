/** Whether an attempt is made again (source/common/router/retry_state_impl.cc). */
import type { Retry } from '../model.ts';
import { type Draws, PURPOSE } from './random.ts';
import type { Visit } from './state.ts';

/** Not of its kind; made again; made as often as it may be; more than the breaker lets through. */
export type Decision = 'no' | 'yes' | 'limit' | 'overflow';

export class Retries {
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  begin(visit: Visit): void {
    visit.retriesLeft = visit.route?.attempts ?? 0;
  }

  /** After an answer. */
  onStatus(visit: Visit, status: number): Decision {
    const { route } = visit;
    const may = route !== null && status >= route.leastRetried;
    return this.#decide(visit, may && isRetried(route.is.retry, status));
  }

  /** After an attempt without an answer, which no full breaker refused: those are never made again. */
  onReset(visit: Visit, connected: boolean): Decision {
    const policy = policyOf(visit);
    if (policy === null) return 'no';
    const would =
      (policy.onConnectFailure && !connected) ||
      policy.onReset ||
      (policy.onResetBeforeRequest && !connected) ||
      policy.on5xx ||
      policy.onGatewayError;
    return this.#decide(visit, would);
  }

  /** How long to wait before the attempt, in ms. */
  backOff(visit: Visit): number {
    const policy = policyOf(visit);
    if (policy === null) return 0;
    const { tries } = visit;
    const below = Math.min(policy.baseMs * 2 ** (tries - 1), policy.mostMs);
    const purpose = visit.draw | PURPOSE.backOff;
    return below * this.#draws.share(visit.who, purpose);
  }

  /** How often another host is chosen in place of one that was tried. */
  hostAttempts(visit: Visit): number {
    if (visit.tries <= 1) return 0;
    const policy = policyOf(visit);
    return policy === null || !policy.avoidsPrevious ? 0 : policy.hostAttempts;
  }

  /** It counts against the cluster's retries no more. */
  release(visit: Visit): void {
    const { cluster, holdsRetry } = visit;
    if (!holdsRetry || cluster === null) return;
    visit.holdsRetry = false;
    cluster.retries -= 1;
  }

  #decide(visit: Visit, would: boolean): Decision {
    const { cluster } = visit;
    if (cluster === null) return 'no';
    if (visit.holdsRetry) {
      if (!would) cluster.counters.upstream_rq_retry_success += 1;
      this.release(visit);
    }
    if (!would) return 'no';
    if (visit.retriesLeft === 0) {
      cluster.counters.upstream_rq_retry_limit_exceeded += 1;
      return 'limit';
    }
    visit.retriesLeft -= 1;
    if (!cluster.hasRoomForRetry) {
      cluster.counters.upstream_rq_retry_overflow += 1;
      return 'overflow';
    }
    cluster.retrying();
    visit.holdsRetry = true;
    return 'yes';
  }
}

function policyOf({ route }: Visit): Retry | null {
  return route === null ? null : route.is.retry;
}

function isRetried(policy: Retry | null, status: number): boolean {
  if (policy === null) return false;
  const { on5xx, onGatewayError, on4xx, statuses } = policy;
  return (
    (on5xx && status >= 500) ||
    (onGatewayError && status >= 502 && status <= 504) ||
    (on4xx && status === 409) ||
    statuses.includes(status)
  );
}
