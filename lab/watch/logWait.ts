/**
 * How long the proxies' log lines of what has been finished are waited for. Envoy writes them in
 * bunches: every ten seconds by itself, every second under Istio's agent
 * (--file-flush-interval-msec); which of them it is shows in the lines that come.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { byRequest, type ProxyLog, requestKey } from '../analysis/requests.ts';

export interface LogWaitOptions {
  /** Ids of the requests that have ended. */
  readonly ended: () => readonly string[];
  readonly logs: () => readonly ProxyLog[];
  /** Whether servers have proxies, which log what reached them. */
  readonly serversLog: boolean;
  readonly signal: AbortSignal;
}

export interface Patience {
  /** After which a line is given up that never comes, in ms. */
  readonly limitMs: number;
  /** A line's way, when it was written, in ms. */
  readonly wayMs: number;
  readonly lookEveryMs: number;
}

/** The longest that Envoy keeps a line by its own default, and some for its way through the API. */
const CLUSTER: Patience = { limitMs: 11_000, wayMs: 1500, lookEveryMs: 50 };

export class LogWait {
  readonly #options: LogWaitOptions;
  readonly #patience: Patience;
  /** The longest that any line was waited for so far. */
  #longestMs = 0;

  constructor(options: LogWaitOptions, patience: Partial<Patience> = {}) {
    this.#options = options;
    this.#patience = { ...CLUSTER, ...patience };
  }

  /**
   * Until every request that has ended was logged: by the proxy nearest to its client, and where that
   * sent it on, by the server's. Of a request that never arrived, the latter logs nothing: it is
   * waited for no longer than lines were, so far.
   */
  async untilLogged(): Promise<void> {
    const { signal } = this.#options;
    const { limitMs, wayMs, lookEveryMs } = this.#patience;
    const since = performance.now();
    let missing = this.#missing();
    while (missing !== 'nothing') {
      const waited = performance.now() - since;
      const most = missing === 'sent' ? limitMs : Math.min(limitMs, this.#longestMs + wayMs);
      if (waited > most) return;
      await delay(lookEveryMs, undefined, { signal });
      const before = missing;
      missing = this.#missing();
      if (missing !== before) {
        this.#longestMs = Math.max(this.#longestMs, performance.now() - since);
      }
    }
  }

  #missing(): 'sent' | 'arrived' | 'nothing' {
    const { ended, logs, serversLog } = this.#options;
    const logged = byRequest(logs());
    let missing: 'arrived' | 'nothing' = 'nothing';
    for (const id of ended()) {
      const own = logged.get(requestKey(id)) ?? [];
      const near = own.find(({ role }) => role !== 'server');
      if (near === undefined) return 'sent';
      const wasSent = near.entry.upstreamLocalAddress !== undefined;
      if (serversLog && wasSent && !own.some(({ role }) => role === 'server')) missing = 'arrived';
    }
    return missing;
  }
}
