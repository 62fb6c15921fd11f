/** What the server does for a request that is worth its time: waits its turn, calls, takes its time. */
import type { IncomingHttpHeaders } from 'node:http';
import { drawFrom } from '../common/law.ts';
import type { Random } from '../common/random.ts';
import { callThrough } from './calls.ts';
import type { Conduct, Failure } from './conduct.ts';
import { Turns } from './turns.ts';

export interface Job {
  readonly headers: IncomingHttpHeaders;
  /** What is answered where nothing goes wrong. */
  readonly status: number;
  /** In place of a service time, in ms, where the request itself asks for it. */
  readonly takesMs?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

export class Work {
  /** How many are at work at once stays as it was at first. */
  conduct: Conduct;
  readonly #random: Random;
  readonly #turns: Turns;
  /** When its first job began, from which its errors' times count. */
  #since: number | undefined;

  constructor(conduct: Conduct, random: Random) {
    this.conduct = conduct;
    this.#random = random;
    this.#turns = new Turns(conduct.concurrency);
  }

  /** Calls `answer` once, with the status; not at all where nobody waits for it. */
  begin(job: Job, answer: (status: number) => void): void {
    this.#since ??= performance.now();
    const start = (): void => {
      void this.#do(job).then((status) => {
        this.#turns.release();
        if (!job.gone.aborted) answer(status);
      });
    };
    job.gone.addEventListener('abort', () => this.#turns.leave(start), { once: true });
    this.#turns.take(start);
  }

  async #do({ headers, status, takesMs, gone }: Job): Promise<number> {
    const { serviceTime, calls, callErrorStatus } = this.conduct;
    const ownMs = (): number => takesMs ?? drawFrom(serviceTime, this.#random);
    const failure = this.#failure();
    if (failure !== undefined) {
      const { after } = failure;
      await this.#passed(after === undefined ? ownMs() : drawFrom(after, this.#random), gone);
      return failure.status;
    }
    for (const call of calls) {
      const isGood = await callThrough(call, headers, gone);
      if (!isGood && callErrorStatus !== 200) return callErrorStatus;
    }
    await this.#passed(ownMs(), gone);
    return status;
  }

  /** The first of the errors that strikes now. */
  #failure(): Failure | undefined {
    const now = performance.now() - (this.#since ?? 0);
    return this.conduct.errors.find(
      ({ share, fromMs, toMs }) => now >= fromMs && now < toMs && this.#random() < share,
    );
  }

  /**
   * Where there is a limit, work that was begun goes on to its end and keeps its turn, as a thread
   * does whose client has gone.
   */
  #passed(ms: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      if (this.conduct.concurrency < Infinity) return;
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (gone.aborted) end();
      else gone.addEventListener('abort', end, { once: true });
    });
  }
}
