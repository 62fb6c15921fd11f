/** What the clients send, and when (apps/client): in batches, in closed loops, in open loops. */
import type { Costs } from '../costs.ts';
import { type Load, type Model, NONE } from '../model.ts';
import type { ClientSide } from './answers.ts';
import { clientsOf, type ClientState, type Looping } from './clients.ts';
import { EVENT } from './clock.ts';
import { Kernel } from './kernel.ts';
import type { ListenerState } from './listeners.ts';
import type { Entrance, LoadParts } from './loadParts.ts';
import { Patience } from './patience.ts';
import { PURPOSE } from './random.ts';
import { CAUSE, GONE } from './state.ts';
import { Replay, type SendTrace } from './trace.ts';
import { NO_WORKER } from './workers.ts';

type Batches = Load & { readonly mode: 'batch' };
type ClosedLoop = Load & { readonly mode: 'closed' };

export class Loads implements ClientSide {
  readonly #parts: LoadParts;
  #entrance!: Entrance;
  #clients: readonly ClientState[] = [];
  #costs!: Costs;
  #sendLane = NONE;
  readonly #kernel: Kernel;
  readonly #patience: Patience;
  #done = 0;
  readonly #replay: Replay;
  /** Whether a client has finished a batch since they were last counted. */
  hasFinished = false;

  constructor(parts: LoadParts) {
    this.#parts = parts;
    this.#kernel = new Kernel(parts.draws);
    this.#patience = new Patience(parts.clock, parts.requests);
    this.#replay = new Replay(parts, (client, batch, index, atMs, sentMs) => {
      this.#open(this.#at(client), batch, index, atMs, sentMs);
    });
    parts.answers.serve(this);
  }

  serve(entrance: Entrance): void {
    this.#entrance = entrance;
  }

  configure(model: Model, listeners: readonly ListenerState[]): void {
    const { costs } = model;
    this.#clients = clientsOf(model);
    this.#costs = costs;
    this.#sendLane = this.#parts.clock.lane(costs.sendGapMs);
    this.#kernel.configure(model, listeners);
  }

  /** Batches that every client has finished. */
  takeFinishedBatches(): number {
    this.hasFinished = false;
    let least = Infinity;
    for (const { finished } of this.#clients) least = Math.min(least, finished);
    return least;
  }

  /** Whether every load that has an end is over. */
  get areDone(): boolean {
    return this.#done + this.#replay.done === this.#clients.length;
  }

  reset(trace?: SendTrace): void {
    for (const client of this.#clients) client.reset();
    this.#done = 0;
    this.hasFinished = false;
    this.#replay.reset(
      trace,
      this.#clients.map(({ is }) => is),
    );
    if (this.#replay.isOn) return;
    for (const client of this.#clients) this.#begin(client);
  }

  #at(client: number): ClientState {
    return this.#clients[client] as ClientState;
  }

  #begin(client: ClientState): void {
    const { index, load } = client;
    const { clock, dues, answers } = this.#parts;
    const firstMs = load.startMs + this.#lateness(client, 0) + answers.hopMs;
    switch (load.mode) {
      case 'batch':
        clock.at(NONE, firstMs, EVENT.batch, index, 0);
        return;
      case 'closed': {
        const workers = Math.min(load.workers, load.requests);
        client.looping = Array.from({ length: workers }, (_, number) => {
          return { number, next: number, door: null, worker: NO_WORKER };
        });
        client.loopsLeft = workers;
        for (let worker = 0; worker < workers; worker += 1) {
          const atMs = firstMs + worker * this.#costs.sendGapMs;
          clock.at(NONE, atMs, EVENT.send, index, worker);
        }
        return;
      }
      case 'at':
      case 'paced':
      case 'poisson':
        if (dues.next(client, load)) {
          clock.at(NONE, client.dueMs + firstMs, EVENT.send, index, 0);
        } else {
          this.#done += 1;
        }
    }
  }

  /** A batch is due. */
  batch(index: number): void {
    const client = this.#at(index);
    const { size, gapMs } = client.load as Batches;
    client.sent = 0;
    client.waiting = size;
    if (!client.isAlone) {
      this.#sendOfBatch(client);
      return;
    }
    // Nobody else sends to its proxy: what comes in when is known already.
    const batch = client.finished;
    const { now } = this.#parts.clock;
    const eachMs = Math.max(gapMs, this.#costs.sendGapMs);
    for (let count = 0; count < size; count += 1) {
      this.#open(client, batch, batch * size + count, now + count * eachMs);
    }
  }

  /** A client's next request is at the first place on its way. @param number of a closed loop's worker */
  send(index: number, number: number): void {
    const client = this.#at(index);
    const { load } = client;
    if (this.#replay.isOn) this.#replay.send(index);
    else if (load.mode === 'batch') this.#sendOfBatch(client);
    else if (load.mode === 'closed') this.#sendOfWorker(client, load, number);
    else this.#sendDue(client, load);
  }

  answered(
    request: number,
    status: number,
    cause: number,
    causeCluster: number,
    atMs: number,
  ): void {
    const { requests } = this.#parts;
    if (!requests.isUnderWay(request)) return;
    requests.ended(request, status, cause, causeCluster, atMs);
    const client = this.#at(requests.client[request] as number);
    if (this.#replay.isOn) {
      this.#replay.answered(client.index, atMs);
      return;
    }
    client.waiting -= 1;
    if (client.inBatches) {
      client.endedMs = Math.max(client.endedMs, atMs);
      if (client.waiting === 0) this.#endBatch(client, client.load as Batches);
    } else if (client.load.mode === 'closed') {
      this.#goOn(client, client.load, requests.loop[request] as number, atMs);
    } else if (client.waiting === 0 && client.finished === 1) {
      this.#done += 1;
    }
  }

  /** A client gives up what it has waited too long for. */
  timeout(index: number): void {
    const client = this.#at(index);
    const { requests, clock, visits, answers } = this.#parts;
    for (;;) {
      const request = this.#patience.overdue(client);
      if (request === NONE) return;
      const visit = visits.at(requests.visit[request] as number);
      const life = requests.life[request] as number;
      if (visit.life === life) {
        visit.caller = GONE;
        clock.after(answers.hopLane, answers.hopMs, EVENT.reset, visit.id, life);
      }
      // Its connection goes with the request that was given up.
      const loop = client.looping[requests.loop[request] as number];
      if (loop !== undefined) loop.door = null;
      this.answered(request, 0, CAUSE.timeout, NONE, clock.now);
    }
  }

  /**
   * @param atMs when it is at the first place on its way
   * @param loop that has a connection for it, or keeps the new one; null for one of its own
   */
  #open(
    client: ClientState,
    batch: number,
    index: number,
    atMs: number,
    sentMs = atMs - this.#parts.answers.hopMs,
    loop: Looping | null = null,
  ): void {
    const { requests, visits } = this.#parts;
    const request = requests.sent(client.index, batch, sentMs);
    const who = client.who(index);
    const visit = visits.open(request, who, client.is.ask, null, 0);
    requests.visit[request] = visit.id;
    requests.life[request] = visit.life;
    this.#patience.begin(client, request, sentMs);
    if (loop === null) {
      const door = this.#kernel.doorOf(client);
      this.#entrance.admit(visit, door, this.#kernel.workerFor(door, who), true, atMs);
    } else {
      const isNew = loop.door === null || !this.#kernel.keeps(loop.door);
      const door = loop.door === null || isNew ? this.#kernel.doorOf(client) : loop.door;
      if (isNew) loop.worker = this.#kernel.workerFor(door, who);
      loop.door = door;
      requests.loop[request] = loop.number;
      this.#entrance.admit(visit, door, loop.worker, isNew, atMs);
    }
  }

  #sendOfBatch(client: ClientState): void {
    const { clock } = this.#parts;
    const { size, gapMs } = client.load as Batches;
    const { sent, finished } = client;
    client.sent += 1;
    this.#open(client, finished, finished * size + sent, clock.now);
    if (client.sent === size) return;
    const lane = gapMs > 0 ? NONE : this.#sendLane;
    clock.after(lane, Math.max(gapMs, this.#costs.sendGapMs), EVENT.send, client.index, 0);
  }

  #endBatch(client: ClientState, { startMs, intervalMs }: Batches): void {
    client.finished += 1;
    this.hasFinished = true;
    const { index, finished, endedMs } = client;
    const dueMs = Math.max(endedMs, startMs + finished * intervalMs);
    const atMs = dueMs + this.#lateness(client, finished) + this.#parts.answers.hopMs;
    this.#parts.clock.at(NONE, atMs, EVENT.batch, index, 0);
  }

  #sendDue(client: ClientState, load: Exclude<Load, Batches | ClosedLoop>): void {
    const { clock, requests, dues, answers } = this.#parts;
    const index = client.sent;
    client.sent += 1;
    const dueMs = load.startMs + client.dueMs;
    if (client.waiting >= load.maxInFlight) {
      const request = requests.sent(client.index, 0, dueMs);
      requests.ended(request, 0, CAUSE.connectionFailure, NONE, clock.now);
    } else {
      client.waiting += 1;
      this.#open(client, 0, index, clock.now, dueMs);
    }
    if (dues.next(client, load)) {
      const late = this.#lateness(client, client.sent);
      const atMs = load.startMs + client.dueMs + late + answers.hopMs;
      clock.at(NONE, Math.max(clock.now, atMs), EVENT.send, client.index, 0);
    } else if (client.waiting === 0) {
      this.#done += 1;
    } else {
      client.finished = 1;
    }
  }

  #sendOfWorker(client: ClientState, { workers }: ClosedLoop, number: number): void {
    const { clock, answers } = this.#parts;
    const loop = client.looping[number] as Looping;
    const index = loop.next;
    loop.next += workers;
    client.waiting += 1;
    this.#open(client, 0, index, clock.now, clock.now - answers.hopMs, loop);
  }

  /** The worker that has its answer sends its next request, when it is due. */
  #goOn(client: ClientState, load: ClosedLoop, number: number, atMs: number): void {
    const { next: index } = client.looping[number] as Looping;
    const readMs = Math.max(atMs, client.freeMs) + this.#costs.clientMs;
    client.freeMs = readMs;
    const dueMs = load.startMs + Math.floor(index / load.workers) * load.eachMs;
    const sendMs = Math.max(readMs, dueMs);
    if (index >= load.requests || sendMs >= load.startMs + load.durationMs) {
      client.loopsLeft -= 1;
      if (client.loopsLeft === 0) this.#done += 1;
      return;
    }
    this.#parts.clock.at(
      NONE,
      sendMs + this.#parts.answers.hopMs,
      EVENT.send,
      client.index,
      number,
    );
  }

  /** A program's timer is a little late, each time anew. */
  #lateness(client: ClientState, time: number): number {
    return this.#costs.startSpreadMs * this.#parts.draws.share(client.who(time), PURPOSE.start);
  }
}
