/**
 * The batches of clients that run for ever, each with a numbering of its own, as rounds: one batch
 * of every client each, numbered from 0. Only whole batches get through, and only those that began
 * while they were watched.
 */
import type { ClientEvent, ClientResponse } from '../../apps/contract.ts';

type BatchEvent = Extract<ClientEvent, { event: 'batch' }>;

interface Batch {
  readonly begun: BatchEvent;
  readonly responses: ClientResponse[];
}

/** Clients that begin within this time of each other are meant to begin together. */
const TOGETHER_MS = 1000;

export class Rounds {
  readonly #emit: (event: ClientEvent) => void;
  readonly #intervalMs: number;
  /** Each client's batches that are not part of a round yet, in the order of their starts. */
  readonly #pending = new Map<string, Batch[]>();
  #since: number;
  /** No batch before it belongs to the first round; undefined until every client has begun one. */
  #start: number | undefined;
  #next = 0;
  #spreadMs = 0;

  /**
   * @param clients pods that send
   * @param since epoch ms; a batch that began before is not counted
   * @param intervalMs from one batch's start to the next, or more where the batch takes longer;
   *   Infinity for clients that send one whole each, whenever each of them began
   * @param emit given the events of each round when all of it was seen, numbered by the round
   */
  constructor(
    clients: readonly string[],
    since: number,
    intervalMs: number,
    emit: (event: ClientEvent) => void,
  ) {
    this.#since = since;
    this.#intervalMs = intervalMs;
    this.#emit = emit;
    for (const client of clients) this.#pending.set(client, []);
  }

  /** How far apart the clients began the batches of a round, at most. */
  get spreadMs(): number {
    return this.#spreadMs;
  }

  /** @param client the pod whose log it is, whatever it calls itself */
  seen(client: string, event: ClientEvent): void {
    const batches = this.#pending.get(client);
    if (batches === undefined) return;
    switch (event.event) {
      case 'batch':
        if (event.startedAt >= this.#since) {
          batches.push({ begun: { ...event, client }, responses: [] });
        }
        break;
      case 'response':
        batches
          .find(({ begun }) => begun.batch === event.batch)
          ?.responses.push({ ...event, client });
        break;
      case 'done':
        // A client that is told to stop says so, too: in the middle of a batch it is not done.
        if (batches.length === 0) this.#emit({ ...event, client });
        break;
      case 'lag':
        this.#emit({ ...event, client });
        break;
      case 'ready':
      case 'sent':
        break;
    }
    this.#advance();
  }

  /** Others send from now on: what is not whole by now never will be. */
  began(clients: readonly string[], since: number): void {
    this.#since = since;
    this.#start = undefined;
    this.#pending.clear();
    for (const client of clients) this.#pending.set(client, []);
  }

  #advance(): void {
    const queues = [...this.#pending.values()];
    this.#start ??= this.#intervalMs === Infinity ? -Infinity : startOf(queues);
    if (this.#start === undefined) return;
    for (const queue of queues) {
      while (queue[0] !== undefined && queue[0].begun.startedAt < this.#start) queue.shift();
    }
    for (;;) {
      dropLeftBehind(queues, this.#intervalMs);
      if (queues.length === 0) return;
      if (!queues.every(([batch]) => batch !== undefined && isWhole(batch))) return;
      const round = queues.map((queue) => queue.shift()).filter((batch) => batch !== undefined);
      const starts = round.map(({ begun }) => begun.startedAt);
      this.#spreadMs = Math.max(this.#spreadMs, Math.max(...starts) - Math.min(...starts));
      for (const { begun, responses } of round) {
        for (const event of [begun, ...responses]) this.#emit({ ...event, batch: this.#next });
      }
      this.#next += 1;
    }
  }
}

/**
 * A client whose batches take longer falls behind the others, whose batches meanwhile meet none of
 * its. One that began an interval or more before another's cannot be of one round with it: within an
 * interval each client begins.
 */
function dropLeftBehind(queues: readonly Batch[][], intervalMs: number): void {
  for (;;) {
    const heads = queues.flatMap(([batch]) => batch?.begun.startedAt ?? []);
    const latest = Math.max(...heads);
    const behind = queues.find(
      ([batch]) => batch !== undefined && latest - batch.begun.startedAt >= intervalMs,
    );
    if (behind === undefined) return;
    behind.shift();
  }
}

/** The first round begins where the last client begins; whoever was earlier waits for the next. */
function startOf(queues: readonly Batch[][]): number | undefined {
  const firsts = queues.map(([batch]) => batch?.begun.startedAt);
  if (firsts.length === 0 || firsts.includes(undefined)) return undefined;
  return Math.max(...firsts.filter((first) => first !== undefined)) - TOGETHER_MS;
}

function isWhole({ begun, responses }: Batch): boolean {
  return begun.size !== null && responses.length >= begun.size;
}
