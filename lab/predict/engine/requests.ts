/** What becomes of the clients' requests, one row each, in the order in which they were sent. */
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { type Model, NONE } from '../model.ts';
import { grown } from './heap.ts';
import { add } from './rows.ts';
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

const FIRST_SIZE = 64;

function ints(): Int32Array {
  return new Int32Array(FIRST_SIZE);
}

export class Requests {
  count = 0;
  client = ints();
  batch = ints();
  sentMs = new Float64Array(FIRST_SIZE);
  /** Below 0 while it is under way. */
  endedMs = new Float64Array(FIRST_SIZE);
  status = new Int16Array(FIRST_SIZE);
  cause = ints();
  causeCluster = ints();
  refusedBy = new Uint8Array(FIRST_SIZE);
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
  /** Of a closed loop, the worker that sent it. */
  loop = ints();
  readonly warmUp = new WarmUp();
  #size = FIRST_SIZE;

  constructor() {
    this.#blank(0, FIRST_SIZE);
  }

  configure({ proxies }: Model): void {
    this.warmUp.configure(proxies.length);
  }

  reset(): void {
    this.#blank(0, this.count);
    this.count = 0;
    this.warmUp.reset();
  }

  sent(client: number, batch: number, atMs: number): number {
    const row = this.count;
    if (row === this.#size) this.#grow();
    this.count += 1;
    this.client[row] = client;
    this.batch[row] = batch;
    this.sentMs[row] = atMs;
    return row;
  }

  /** Rows as they are when nothing has become of them: all at once is faster than each when it is sent. */
  #blank(from: number, to: number): void {
    this.endedMs.fill(-1, from, to);
    for (const column of [this.endpoint, this.cluster, this.next]) column.fill(NONE, from, to);
    for (const column of [this.attempts, this.flag, this.gatewayFlagged]) column.fill(0, from, to);
  }

  #grow(): void {
    const size = this.#size;
    const own = this as unknown as Record<string, unknown>;
    for (const [name, column] of Object.entries(own)) {
      if (column instanceof Int32Array) own[name] = grown(column, new Int32Array(2 * size));
      if (column instanceof Int16Array) own[name] = grown(column, new Int16Array(2 * size));
      if (column instanceof Uint8Array) own[name] = grown(column, new Uint8Array(2 * size));
      if (column instanceof Float64Array) own[name] = grown(column, new Float64Array(2 * size));
    }
    this.#size = 2 * size;
    this.#blank(size, 2 * size);
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
  used({ request }: Visit, connection: Connection): void {
    const batch = this.batch[request] as number;
    if (connection.batch === batch) return;
    connection.batch = batch;
    this.warmUp.used(connection.pool.cluster.is.proxy, batch);
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
