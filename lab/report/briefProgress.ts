/**
 * How a run goes on where little room is left for it, as beside Pulumi's table of resources: what
 * is done of how much, and how long the rest takes, first.
 */
import { LOADS } from '../../apps/contract.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import type { Progress } from '../watch/progress.ts';
import { Tally } from './tally.ts';

/** Between two lines about one load that has no batches. */
const EVERY_MS = 5000;

/** What the clients are to send. */
export interface Load {
  /** In all, where it has no batches; 0 where nobody knows. */
  readonly requests: number;
  /** From one batch's start to the next, at least. */
  readonly intervalMs: number;
}

export class BriefProgress {
  readonly #write: (line: string) => void;
  readonly #experiment: Experiment;
  readonly #load: Load;
  readonly #now: () => number;
  readonly #batches = new Map<number, Tally>();
  #startedAt: number | undefined;
  #saidAt = 0;
  #done = 0;

  constructor(
    write: (line: string) => void,
    experiment: Experiment,
    load: Load = { requests: 0, intervalMs: 0 },
    now: () => number = Date.now,
  ) {
    this.#write = write;
    this.#experiment = experiment;
    this.#load = load;
    this.#now = now;
  }

  show(progress: Progress): void {
    switch (progress.kind) {
      case 'note':
        this.#write(progress.text);
        break;
      case 'started':
        this.#write(`${progress.proxies} proxies of Envoy ${progress.envoy} are up`);
        break;
      case 'client':
        this.#count(progress.event);
        break;
      case 'finished':
        if (LOADS[this.#experiment.load].inBatches) this.#finished(progress);
        break;
    }
  }

  #count(event: Extract<Progress, { kind: 'client' }>['event']): void {
    if (!('batch' in event)) return;
    this.#startedAt ??= this.#now();
    const tally = this.#batches.get(event.batch) ?? new Tally();
    this.#batches.set(event.batch, tally);
    tally.count(event);
    if (event.event !== 'response' || LOADS[this.#experiment.load].inBatches) return;
    this.#done += 1;
    if (this.#now() - Math.max(this.#saidAt, this.#startedAt) < EVERY_MS) return;
    this.#saidAt = this.#now();
    const { requests } = this.#load;
    const all = requests === 0 ? '' : `/${requests}`;
    this.#write(`${this.#done}${all} requests${this.#left(this.#done, requests)}`);
  }

  #finished({ batches, firstWarm, disturbed }: Extract<Progress, { kind: 'finished' }>): void {
    const { batches: wanted, warmBatches, maxBatches } = this.#experiment;
    const judged = batches - firstWarm - disturbed.filter(({ batch }) => batch >= firstWarm).length;
    // At best, all that are still to come are warm.
    const all = wanted > 0 ? wanted : Math.min(maxBatches, batches + warmBatches - judged);
    const orMore = wanted > 0 || judged > 0 ? '' : '+';
    const tally = this.#batches.get(batches - 1)?.text() ?? '';
    this.#write(
      `${batches}/${all}${orMore} batches${this.#left(batches, all, this.#load.intervalMs)}: ${tally}`,
    );
  }

  /** As long as what is done has taken, in proportion. */
  #left(done: number, all: number, leastMs = 0): string {
    const more = all - done;
    if (more <= 0 || done === 0 || this.#startedAt === undefined) return '';
    const eachMs = Math.max(leastMs, (this.#now() - this.#startedAt) / done);
    return `, ~${Math.max(1, Math.round((eachMs * more) / 1000))} s left`;
  }
}
