/** What a person sees while the experiment runs: one live line a batch on a terminal, else plain. */
import type { Progress } from '../watch/progress.ts';
import { LiveLines } from './live.ts';
import { Tally } from './tally.ts';

export class ProgressView {
  readonly #inBatches: boolean;
  readonly #lines: LiveLines;
  readonly #batches = new Map<number, Tally>();

  /** @param inBatches whether the load comes in batches, which may be cold; else it is one whole */
  constructor(stream: NodeJS.WriteStream, inBatches = true) {
    this.#inBatches = inBatches;
    this.#lines = new LiveLines(stream, () =>
      [...this.#batches].map(([number, tally]) => this.#describe(number, tally)),
    );
  }

  show(progress: Progress): void {
    switch (progress.kind) {
      case 'note':
        this.#lines.line(progress.text);
        break;
      case 'started':
        this.#lines.line(`${progress.proxies} proxies of Envoy ${progress.envoy} are up`);
        break;
      case 'client':
        this.#count(progress.event);
        break;
      case 'finished':
        this.#finished(progress);
        break;
    }
  }

  end(): void {
    this.#lines.end();
  }

  #count(event: Extract<Progress, { kind: 'client' }>['event']): void {
    if (!('batch' in event)) return;
    const tally = this.#batches.get(event.batch) ?? new Tally();
    this.#batches.set(event.batch, tally);
    tally.count(event);
  }

  #finished({ batches, firstWarm, disturbed }: Extract<Progress, { kind: 'finished' }>): void {
    for (const [number, tally] of this.#batches) {
      if (number >= batches) continue;
      const isDisturbed = disturbed.some(({ batch }) => batch === number);
      const isCold = this.#inBatches && number < firstWarm;
      const how = isDisturbed ? ' (disturbed)' : isCold ? ' (cold)' : '';
      this.#lines.line(`${this.#describe(number, tally)}${how}`);
      this.#batches.delete(number);
    }
  }

  #describe(number: number, tally: Tally): string {
    return `${this.#inBatches ? `batch ${number + 1}` : 'requests'}: ${tally.text()}`;
  }
}
