/** Lines that stay, and on a terminal a part below them that is drawn again and again. */
import type { createLogUpdate } from 'log-update';

const REDRAW_MS = 100;

export class LiveLines {
  readonly #stream: NodeJS.WriteStream;
  #live: ReturnType<typeof createLogUpdate> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param running what goes on at the moment, asked for only on a terminal */
  constructor(stream: NodeJS.WriteStream, running: () => readonly string[]) {
    this.#stream = stream;
    if (stream.isTTY) void this.#draw(running);
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.#live?.clear();
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#live?.clear();
  }

  async #draw(running: () => readonly string[]): Promise<void> {
    // It takes long to load, and most runs have no terminal.
    const { createLogUpdate } = await import('log-update');
    if (this.#isOver) return;
    const live = createLogUpdate(this.#stream);
    this.#live = live;
    this.#timer = setInterval(() => {
      live(running().join('\n'));
    }, REDRAW_MS);
  }
}
