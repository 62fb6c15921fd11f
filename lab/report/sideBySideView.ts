/** What a person sees while experiments run side by side: a line for each that ends. */
import type { Progress } from '../watch/progress.ts';
import type { Observation } from '../../experiment/observation.ts';
import { type Ending, isFailure } from '../../experiment/summary.ts';
import { answeredOf } from '../analysis/counted.ts';
import { LiveLines } from './live.ts';
import { Tally } from './tally.ts';

export class SideBySideView {
  readonly #lines: LiveLines;
  readonly #total: number;
  readonly #running = new Map<string, Tally>();
  #ended = 0;

  /** @param total how many experiments there are to run */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#total = total;
    this.#lines = new LiveLines(stream, () =>
      [...this.#running].map(([stack, tally]) => `${stack}: ${tally.text()}`),
    );
  }

  note(text: string): void {
    this.#lines.line(text);
  }

  show(stack: string, progress: Progress): void {
    if (progress.kind === 'note') this.note(`${stack}: ${progress.text}`);
    if (progress.kind === 'started') this.#running.set(stack, new Tally());
    if (progress.kind === 'client') this.#running.get(stack)?.count(progress.event);
  }

  ended(ending: Ending): void {
    this.#running.delete(ending.stack);
    this.#ended += 1;
    const how = isFailure(ending) ? `COULD NOT RUN: ${ending.reason}` : describe(ending);
    this.#lines.line(`${this.#ended}/${this.#total} ${ending.stack}: ${how}`);
  }

  end(): void {
    this.#lines.end();
  }
}

function describe({ verdict, requests, durationMs }: Observation): string {
  const answered = answeredOf(requests).length;
  return [
    verdict.outcome.replace('does not hold', 'DOES NOT HOLD'),
    `${answered} answered`,
    `${requests.length - answered} refused`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join(', ');
}
