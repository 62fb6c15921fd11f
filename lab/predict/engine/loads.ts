/** What the clients send, and when (apps/client): in batches, in closed loops, in open loops. */
import { type Client, type Door, type Load, type Model, NONE } from '../model.ts';
import type { ClientSide } from './answers.ts';
import { EVENT } from './clock.ts';
import { aloneIn, Kernel } from './kernel.ts';
import type { Entrance, LoadParts } from './loadParts.ts';
import type { ListenerState } from './listeners.ts';
import { LoopWorkers } from './loopWorkers.ts';
import { Patience } from './patience.ts';
import { PURPOSE } from './random.ts';
import { Replay, type SendTrace } from './trace.ts';
import { CAUSE, GONE } from './state.ts';
import type { Worker } from './workers.ts';
import type { Costs } from '../costs.ts';

export class Loads implements ClientSide {
  readonly #parts: LoadParts;
  #entrance!: Entrance;
  #clients: readonly Client[] = [];
  #costs!: Costs;
  #sendLane = NONE;
  readonly #kernel: Kernel;
  readonly #patience: Patience;
  #sent = new Int32Array(0);
  #waiting = new Int32Array(0);
  #finished = new Int32Array(0);
  #free = new Float64Array(0);
  #endedMs = new Float64Array(0);
  /** Whether no other client's requests enter its proxy. */
  #isAlone = new Uint8Array(0);
  readonly #loops = new LoopWorkers();
  #done = 0;
  readonly #replay: Replay;

  constructor(parts: LoadParts) {
    this.#parts = parts;
    this.#kernel = new Kernel(parts.draws);
    this.#patience = new Patience(parts.clock, parts.requests);
    this.#replay = new Replay(parts, (client, batch, index, atMs, sentMs) => {
      this.#open(client, batch, index, atMs, sentMs);
    });
    parts.answers.serve(this);
  }

  serve(entrance: Entrance): void {
    this.#entrance = entrance;
  }

  configure(model: Model, listeners: readonly ListenerState[]): void {
    const { clients, costs } = model;
    this.#clients = clients;
    this.#costs = costs;
    this.#sendLane = this.#parts.clock.lane(costs.sendGapMs);
    this.#kernel.configure(model, listeners);
    const { length } = clients;
    this.#sent = new Int32Array(length);
    this.#waiting = new Int32Array(length);
    this.#finished = new Int32Array(length);
    this.#free = new Float64Array(length);
    this.#endedMs = new Float64Array(length);
    this.#isAlone = aloneIn(model);
    this.#patience.configure(model);
  }

  /** Whether a client has finished a batch since they were last counted. */
  hasFinished = false;

  /** Batches that every client has finished. */
  takeFinishedBatches(): number {
    this.hasFinished = false;
    return this.#finished.reduce((least, finished) => Math.min(least, finished), Infinity);
  }

  /** Whether every load that has an end is over. */
  get areDone(): boolean {
    return this.#done + this.#replay.done === this.#clients.length;
  }

  reset(trace?: SendTrace): void {
    for (const column of [this.#sent, this.#waiting, this.#finished]) column.fill(0);
    this.#kernel.reset();
    this.#patience.reset();
    this.#free.fill(0);
    this.#endedMs.fill(0);
    this.#loops.reset();
    this.#done = 0;
    this.hasFinished = false;
    this.#parts.dues.reset();
    this.#replay.reset(trace, this.#clients);
    if (this.#replay.isOn) return;
    for (let client = 0; client < this.#clients.length; client += 1) this.#begin(client);
  }

  #loadOf(client: number): Load {
    return (this.#clients[client] as Client).load;
  }

  #begin(client: number): void {
    const load = this.#loadOf(client);
    const { clock, dues, answers } = this.#parts;
    const firstMs = load.startMs + this.#lateness(client, 0) + answers.hopMs;
    switch (load.mode) {
      case 'batch':
        clock.at(NONE, firstMs, EVENT.batch, client, 0);
        return;
      case 'closed': {
        const workers = Math.min(load.workers, load.requests);
        this.#loops.begin(client, workers);
        for (let worker = 0; worker < workers; worker += 1) {
          const atMs = firstMs + worker * this.#costs.sendGapMs;
          clock.at(NONE, atMs, EVENT.send, client, worker);
        }
        return;
      }
      case 'at':
      case 'paced':
      case 'poisson':
        if (dues.next(client, load)) {
          clock.at(NONE, dues.dueMs(client) + firstMs, EVENT.send, client, 0);
        } else {
          this.#done += 1;
        }
    }
  }

  /** A batch is due. */
  batch(client: number): void {
    this.#sent[client] = 0;
    const { size, gapMs } = (this.#clients[client] as Client).load as Load & { mode: 'batch' };
    this.#waiting[client] = size;
    if (this.#isAlone[client] === 0) {
      this.send(client, 0);
      return;
    }
    // Nobody else sends to its proxy: what comes in when is known already.
    const batch = this.#finished[client] as number;
    const { now } = this.#parts.clock;
    const eachMs = Math.max(gapMs, this.#costs.sendGapMs);
    for (let index = 0; index < size; index += 1) {
      this.#open(client, batch, batch * size + index, now + index * eachMs);
    }
  }

  /** A client's next request is at the first place on its way. @param number of a closed loop's worker */
  send(client: number, number: number): void {
    const { clock, dues } = this.#parts;
    const load = this.#loadOf(client);
    if (this.#replay.isOn) {
      this.#replay.send(client);
    } else if (load.mode === 'batch') {
      const index = this.#sent[client] as number;
      this.#sent[client] = index + 1;
      const batch = this.#finished[client] as number;
      this.#open(client, batch, batch * load.size + index, clock.now);
      if (index + 1 < load.size) {
        const lane = load.gapMs > 0 ? NONE : this.#sendLane;
        clock.after(lane, Math.max(load.gapMs, this.#costs.sendGapMs), EVENT.send, client, 0);
      }
    } else if (load.mode === 'closed') {
      this.#sendOfWorker(client, load, number);
    } else {
      const index = this.#sent[client] as number;
      this.#sent[client] = index + 1;
      const dueMs = load.startMs + dues.dueMs(client);
      if ((this.#waiting[client] as number) >= load.maxInFlight) {
        const row = this.#parts.requests.sent(client, 0, dueMs);
        this.#parts.requests.ended(row, 0, CAUSE.connectionFailure, NONE, clock.now);
      } else {
        this.#waiting[client] = (this.#waiting[client] as number) + 1;
        this.#open(client, 0, index, clock.now, dueMs);
      }
      if (dues.next(client, load)) {
        const late = this.#lateness(client, index + 1);
        const atMs = load.startMs + dues.dueMs(client) + late + this.#parts.answers.hopMs;
        clock.at(NONE, Math.max(clock.now, atMs), EVENT.send, client, 0);
      } else if (this.#waiting[client] === 0) {
        this.#done += 1;
      } else {
        this.#finished[client] = 1;
      }
    }
  }

  answered(
    request: number,
    status: number,
    cause: number,
    causeCluster: number,
    atMs: number,
  ): void {
    const { requests, clock } = this.#parts;
    if (!requests.isUnderWay(request)) return;
    requests.ended(request, status, cause, causeCluster, atMs);
    const client = requests.client[request] as number;
    if (this.#replay.isOn) {
      this.#replay.answered(client, atMs);
      return;
    }
    const load = this.#loadOf(client);
    const left = (this.#waiting[client] as number) - 1;
    this.#waiting[client] = left;
    if (load.mode === 'batch') {
      this.#endedMs[client] = Math.max(this.#endedMs[client] as number, atMs);
      if (left > 0) return;
      const finished = (this.#finished[client] as number) + 1;
      this.hasFinished = true;
      this.#finished[client] = finished;
      const dueMs = Math.max(this.#endedMs[client], load.startMs + finished * load.intervalMs);
      const late = this.#lateness(client, finished);
      clock.at(NONE, dueMs + late + this.#parts.answers.hopMs, EVENT.batch, client, 0);
    } else if (load.mode === 'closed') {
      this.#goOn(client, load, request, atMs);
    } else if (left === 0 && this.#finished[client] === 1) {
      this.#done += 1;
    }
  }

  /** A client gives up what it has waited too long for. */
  timeout(client: number): void {
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
      this.#reconnect(client, request);
      this.answered(request, 0, CAUSE.timeout, NONE, clock.now);
    }
  }

  /** @param atMs when it is at the first place on its way */
  #open(
    client: number,
    batch: number,
    index: number,
    atMs: number,
    sentMs = atMs - this.#parts.answers.hopMs,
    worker: Worker | null = null,
  ): void {
    const { requests, visits } = this.#parts;
    const { ask, doors } = this.#clients[client] as Client;
    const request = requests.sent(client, batch, sentMs);
    const who = Math.imul(client + 1, 0x632be5ab) + index;
    const visit = visits.open(request, who, ask, null, 0);
    requests.visit[request] = visit.id;
    requests.life[request] = visit.life;
    this.#patience.begin(client, request, sentMs);
    const isNew = worker === null;
    const way = this.#kernel.doorOf(client, doors, isNew);
    const to = worker ?? this.#kernel.workerFor(way, who);
    this.#entrance.admit(visit, way, to, isNew, atMs);
  }

  #sendOfWorker(client: number, load: Load & { mode: 'closed' }, worker: number): void {
    const loops = this.#loops;
    const index = loops.take(client, worker, load.workers);
    const { doors } = this.#clients[client] as Client;
    let talksTo = loops.talksTo(client, worker);
    if (talksTo === null) {
      const who = Math.imul(client + 1, 0x632be5ab) + index;
      talksTo = this.#kernel.workerFor(doors[worker % doors.length] as Door, who);
      loops.connect(client, worker, talksTo);
    }
    this.#waiting[client] = (this.#waiting[client] as number) + 1;
    const { clock, requests, answers } = this.#parts;
    loops.remember(client, requests.count, worker);
    this.#open(client, 0, index, clock.now, clock.now - answers.hopMs, talksTo);
  }

  /** The worker that has its answer sends its next request, when it is due. */
  #goOn(client: number, load: Load & { mode: 'closed' }, request: number, atMs: number): void {
    const { clock } = this.#parts;
    const worker = this.#loops.workerOf(client, request);
    const index = this.#loops.next(client, worker);
    const readMs = Math.max(atMs, this.#free[client] as number) + this.#costs.clientMs;
    this.#free[client] = readMs;
    const dueMs = load.startMs + Math.floor(index / load.workers) * load.eachMs;
    const sendMs = Math.max(readMs, dueMs);
    if (index >= load.requests || sendMs >= load.startMs + load.durationMs) {
      if (this.#loops.end(client) === 0) this.#done += 1;
      return;
    }
    clock.at(NONE, sendMs + this.#parts.answers.hopMs, EVENT.send, client, worker);
  }

  /** Its connection goes with the request that was given up. */
  #reconnect(client: number, request: number): void {
    const { load } = this.#clients[client] as Client;
    if (load.mode !== 'closed' || this.#replay.isOn) return;
    this.#loops.connect(client, this.#loops.workerOf(client, request), null);
  }

  /** A program's timer is a little late, each time anew. */
  #lateness(client: number, time: number): number {
    const who = Math.imul(client + 1, 0x632be5ab) + time;
    return this.#costs.startSpreadMs * this.#parts.draws.share(who, PURPOSE.start);
  }
}
