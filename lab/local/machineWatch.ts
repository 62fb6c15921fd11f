/**
 * Notices what the machine does to a run: processes that could run and got no processor, from Linux'
 * own accounts, where they are kept (Documentation/scheduler/sched-stats:
 * /proc/<pid>/task/<tid>/schedstat, second figure). That the lab itself is late changes no outcome
 * where it only reads what others have counted; where it forwards connections, it does.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lag } from '../analysis/disturbance.ts';

/** Waits within one look are added up, so it looks often; and reads small files, so not too often. */
const EVERY_MS = 50;
/** Below this it is the usual waiting for each other. */
const USUAL_MS = 5;

/** Beside the main thread: those that Envoy serves requests with. */
const THREADS = /^wrk:worker_\d+$/;

/** A process of the run. */
export interface Watched {
  /** Such as `the sidecar of pyserver-0`. */
  readonly name: string;
  readonly pid: number;
}

interface Thread {
  readonly name: string;
  readonly file: string;
  waitedNs: number;
}

export class MachineWatch {
  readonly #onLag: (lag: Lag) => void;
  readonly #stop = new AbortController();
  #threads: Thread[] = [];
  /** What this process does for the run, if anything. */
  #own: string | undefined;

  constructor(onLag: (lag: Lag) => void) {
    this.#onLag = onLag;
  }

  /** From now on also these. */
  add(processes: readonly Watched[]): void {
    this.#threads.push(...processes.flatMap(threadsOf));
  }

  /** From now on also this process. @param name what it does for the run */
  addOwn(name: string): void {
    this.#own = name;
  }

  async start(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const due = performance.now() + EVERY_MS;
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      if (this.#own !== undefined) this.#told(`${this.#own} was late`, performance.now() - due);
      this.#threads = this.#threads.filter((thread) => this.#look(thread));
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** @returns whether the thread is still there */
  #look(thread: Thread): boolean {
    const waitedNs = waitedIn(thread.file);
    if (waitedNs === undefined) return false;
    this.#told(`${thread.name} waited for a processor`, (waitedNs - thread.waitedNs) / 1e6);
    thread.waitedNs = waitedNs;
    return true;
  }

  #told(who: string, lagMs: number): void {
    if (lagMs > USUAL_MS) this.#onLag({ at: Date.now(), lagMs, who });
  }
}

function threadsOf({ name, pid }: Watched): Thread[] {
  const folder = `/proc/${pid}/task`;
  let tids: string[];
  try {
    tids = readdirSync(folder);
  } catch {
    // Not Linux, or it has ended: its end is reported by itself.
    return [];
  }
  return tids.flatMap((tid): Thread[] => {
    const comm = textOf(`${folder}/${tid}/comm`)?.trim() ?? '';
    const file = `${folder}/${tid}/schedstat`;
    const waitedNs = waitedIn(file);
    const counts = tid === String(pid) || THREADS.test(comm);
    return waitedNs === undefined || !counts ? [] : [{ name, file, waitedNs }];
  });
}

function waitedIn(file: string): number | undefined {
  const waited = textOf(file)?.split(' ')[1];
  return waited === undefined ? undefined : Number(waited);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
