/** What becomes of the clients' requests, one row each, in the order in which they were sent. */
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { type Model, NONE } from '../model.ts';
import { add, ints, Slots } from './rows.ts';
import { REFUSALS } from './run.ts';
import { CAUSE, type Connection, type Visit } from './state.ts';
import { WarmUp } from './warmUp.ts';

const codeOf = (word: (typeof REFUSALS)[number]): number => REFUSALS.indexOf(word);

/** Where it says no more than that: a row of words by CAUSE; overflows are told by their place. */
const WORDS: Readonly<Partial<Record<number, number>>> = {
  [CAUSE.application]: codeOf('application'),
  [CAUSE.noHealthyUpstream]: codeOf('no-healthy-upstream'),
  [CAUSE.noRoute]: codeOf('no-route'),
  [CAUSE.timeout]: codeOf('timeout'),
  [CAUSE.connectionFailure]: codeOf('connection-failure'),
  [CAUSE.fault]: codeOf('fault-injection'),
};

export class Requests {
  readonly slots = new Slots(this);
  client = ints();
  batch = ints();
  sentMs = new Float64Array(64);
  /** Below 0 while it is under way. */
  endedMs = new Float64Array(64);
  status = new Int16Array(64);
  cause = ints();
  causeCluster = ints();
  refusedBy = new Uint8Array(64);
  endpoint = ints();
  cluster = ints();
  attempts = ints();
  flag = ints();
  /** Whether a gateway has set the flag: it is nearer to the server. */
  gatewayFlagged = ints();
  /** Its visit at its first place. */
  visit = ints();
  life = ints();
  /** The next request that its client sent. */
  next = ints();
  readonly warmUp = new WarmUp();
  #proxyOf = new Int32Array(0);

  configure({ clusters, proxies }: Model): void {
    this.#proxyOf = Int32Array.from(clusters, ({ proxy }) => proxy);
    this.warmUp.configure(proxies.length);
  }

  reset(): void {
    this.slots.clear();
    this.warmUp.reset();
  }

  get count(): number {
    return this.slots.count;
  }

  sent(client: number, batch: number, atMs: number): number {
    const row = this.slots.take();
    this.client[row] = client;
    this.batch[row] = batch;
    this.sentMs[row] = atMs;
    this.endedMs[row] = -1;
    this.endpoint[row] = NONE;
    this.cluster[row] = NONE;
    this.attempts[row] = 0;
    this.flag[row] = 0;
    this.gatewayFlagged[row] = 0;
    this.visit[row] = NONE;
    this.next[row] = NONE;
    return row;
  }

  isUnderWay(row: number): boolean {
    return (this.endedMs[row] as number) < 0;
  }

  ended(row: number, status: number, cause: number, causeCluster: number, atMs: number): void {
    this.endedMs[row] = atMs;
    this.status[row] = status;
    this.cause[row] = cause;
    this.causeCluster[row] = causeCluster;
  }

  /** A server's proxy sees a request; of those that servers make it is nobody's attempt. */
  reachedServer(visit: Visit): void {
    if (!visit.isCall) add(this.attempts, visit.request, 1);
  }

  /** A proxy in front of the servers sends it to an endpoint. */
  sentTo({ isCall, request, host }: Visit): void {
    if (isCall) return;
    this.endpoint[request] = host.index;
    this.cluster[request] = host.cluster.index;
  }

  flagged({ isCall, request }: Visit, flag: number, isGateway: boolean): void {
    if (isCall) return;
    if (isGateway || this.gatewayFlagged[request] === 0) this.flag[request] = flag;
    if (isGateway) this.gatewayFlagged[request] = 1;
  }

  /** It goes out on a connection. */
  used(visit: Visit, connection: Connection): void {
    const batch = this.batch[visit.request] as number;
    if (connection.batch === batch) return;
    connection.batch = batch;
    this.warmUp.used(this.#proxyOf[visit.cluster.index] as number, batch);
  }

  /**
   * The words of who refused what, by the same rules as a run's (docs/attribution.md): Envoy has one
   * flag for every full breaker, and which it was follows from the limits.
   */
  attribute({ clusters, proxies }: Model): void {
    let most = -1;
    const peak = (): number => (most < 0 ? (most = this.#peak()) : most);
    const overflows = clusters.map(({ name, proxy, limits }) => {
      const where = name.startsWith('inbound|')
        ? 'server-proxy'
        : proxies[proxy]?.role === 'gateway'
          ? 'gateway'
          : 'client-proxy';
      const pending = limits.max_pending_requests < UNLIMITED;
      const requests = limits.max_requests < UNLIMITED && peak() > limits.max_requests;
      if (pending && !requests) return codeOf(`${where}/pending`);
      if (requests && !pending) return codeOf(`${where}/requests`);
      return codeOf(`${where}/overflow`);
    });
    for (let row = 0; row < this.count; row += 1) {
      const status = this.status[row] as number;
      const cause = this.cause[row] as number;
      const isTold =
        status === 0 || status >= 500 || cause === CAUSE.fault || cause === CAUSE.noRoute;
      this.refusedBy[row] = !isTold
        ? 0
        : cause === CAUSE.overflow
          ? (overflows[this.causeCluster[row] as number] ?? codeOf('unknown'))
          : (WORDS[cause] ?? 0);
    }
  }

  /** The most requests that were under way at the same moment. */
  #peak(): number {
    const sent = this.sentMs.slice(0, this.count).sort();
    const ended = this.endedMs.slice(0, this.count);
    ended.forEach((ms, row) => {
      if (ms < 0) ended[row] = Infinity;
    });
    ended.sort();
    let [peak, over] = [0, 0];
    for (const [index, ms] of sent.entries()) {
      while ((ended[over] as number) < ms) over += 1;
      peak = Math.max(peak, index + 1 - over);
    }
    return peak;
  }
}
