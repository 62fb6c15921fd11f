/** Lines that stay, and on a terminal a part below them that is drawn again and again. */
import { createLogUpdate } from 'log-update';

const REDRAW_MS = 100;

export class LiveLines {
  readonly #stream: NodeJS.WriteStream;
  readonly #live: ReturnType<typeof createLogUpdate> | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  /** @param running what goes on at the moment, asked for only on a terminal */
  constructor(stream: NodeJS.WriteStream, running: () => readonly string[]) {
    this.#stream = stream;
    if (!stream.isTTY) return;
    const live = createLogUpdate(stream);
    this.#live = live;
    this.#timer = setInterval(() => {
      live(running().join('\n'));
    }, REDRAW_MS);
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.#live?.clear();
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#live?.clear();
  }
}
