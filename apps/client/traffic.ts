/** What the load modes have in common: opening requests, and recording what becomes of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../common/clock.ts';
import type { Lag } from '../common/lag.ts';
import type { Connection } from './connection.ts';
import { Exchange } from './exchange.ts';
import type { LogFormat } from './log.ts';
import type { Target } from './target.ts';

/** How long all wait for the slowest connection before they send all the same. */
const CONNECT_PATIENCE_MS = 1000;

export interface TrafficOptions {
  readonly target: Target;
  readonly format: LogFormat;
  /** Takes lines of the log. */
  readonly write: (lines: string[]) => void;
  /** Epoch ms at which the load begins. */
  readonly startAt: number;
  /** Aborted when no new request may be sent. */
  readonly stop: AbortSignal;
  /** Aborted when what is under way is given up as well. */
  readonly giveUp: AbortSignal;
}

/** An exchange and its place in the run. */
export interface Opened {
  readonly exchange: Exchange;
  readonly batch: number;
  readonly index: number;
}

export class Traffic {
  readonly target: Target;
  readonly startAt: number;
  readonly stop: AbortSignal;
  readonly giveUp: AbortSignal;
  readonly #format: LogFormat;
  readonly #write: (lines: string[]) => void;
  readonly #open = new Set<Exchange>();
  #requests = 0;

  constructor({ target, format, write, startAt, stop, giveUp }: TrafficOptions) {
    this.target = target;
    this.#format = format;
    this.#write = write;
    this.startAt = startAt;
    this.stop = stop;
    this.giveUp = giveUp;
    giveUp.addEventListener('abort', () => {
      for (const exchange of this.#open) exchange.cancel('STOPPED');
    });
  }

  /** Requests that are under way. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Requests that were recorded, sent or not. */
  get requests(): number {
    return this.#requests;
  }

  /** Records that a batch begins; `closed` and `paced` loads are one batch as a whole. */
  begin(batch: number, size: number, dueAt = this.startAt, gapMs = 0): void {
    this.#write(this.#format.batch({ batch, size, dueAt, gapMs, startedAt: now() }));
  }

  /** Records that this process did not run when it should have. */
  lagged(lag: Lag): void {
    this.#write(this.#format.lag(lag));
  }

  /** Opens a connection for one request, unless one that is kept is to carry it. */
  open(batch: number, index: number, kept?: Connection): Opened {
    const exchange = new Exchange(this.target, kept);
    this.#open.add(exchange);
    return { exchange, batch, index };
  }

  /** Records sent requests, then each response as it ends; resolves after the last. */
  async record(opened: readonly Opened[]): Promise<void> {
    const sent = opened.map(({ exchange, batch, index }) => {
      return { id: exchange.id, batch, index, sentAt: exchange.sentAt };
    });
    this.#requests += opened.length;
    this.#write(sent.flatMap((request) => this.#format.sent(request)));
    await Promise.all(
      opened.map(async ({ exchange, batch, index }) => {
        const outcome = await exchange.outcome;
        this.#open.delete(exchange);
        const { id, sentAt } = exchange;
        this.#write(this.#format.response({ id, batch, index, sentAt, ...outcome }));
      }),
    );
  }

  /** Records a request that came due at `sentAt` and was not sent. */
  recordUnsent(batch: number, index: number, sentAt: number, error: string): void {
    const outcome = { status: 0, error, endedAt: now(), bytes: 0, headers: {} };
    this.#requests += 1;
    this.#write(this.#format.response({ id: randomUUID(), batch, index, sentAt, ...outcome }));
  }

  /** Records what another thread of the same load has recorded. */
  adopt(text: string, requests: number): void {
    this.#requests += requests;
    if (text !== '') this.#write([text.trimEnd()]);
  }

  end(): void {
    this.#write(this.#format.done({ requests: this.#requests }));
  }
}

/** Waits for the slowest connection, within reason: then all requests can leave in one go. */
export async function allConnected(opened: readonly Opened[]): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  await Promise.race([
    Promise.all(opened.map(({ exchange }) => exchange.connected)),
    delay(CONNECT_PATIENCE_MS, undefined, { signal }).catch(() => undefined),
  ]);
  patience.abort();
}
