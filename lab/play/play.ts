/** Plays: a mesh that runs, and the page that turns it, until one of them ends. */
import { setTimeout as delay } from 'node:timers/promises';
import { readControl } from './controls.ts';
import { Game } from './game.ts';
import { playPage } from './page.ts';
import { PageServer } from './server.ts';
import type { Turner } from './turner.ts';

export interface PlayOptions {
  readonly turner: Turner;
  readonly envoy: { readonly path: string; readonly version: string };
  /** A load ends after so long by itself, in ms. */
  readonly loadMs: number;
  readonly signal: AbortSignal;
  /** Told when it can be played with. @param url of the page */
  readonly onReady: (url: string, proxies: number) => void;
}

/** Between two looks at the proxies, where somebody looks. */
const EVERY_MS = 250;

/**
 * @throws LabError where something does not start
 * @throws the signal's reason, after everything was stopped
 */
export async function play({ turner, envoy, loadMs, signal, onReady }: PlayOptions): Promise<void> {
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const game = new Game({
    ...{ turner, envoy: envoy.path, loadMs },
    onState: (state) => {
      server.send('state', state);
    },
  });
  const server = new PageServer({
    page: () => playPage({ name: turner.name, envoy: envoy.version, cannot: turner.cannot }),
    async onControl(body) {
      const control = readControl(body);
      const done = await game.act(control);
      if (control.do === 'end') {
        setImmediate(() => {
          ended.abort();
        });
      }
      return done;
    },
    onListener: (send) => {
      send('state', game.state);
    },
  });
  try {
    await game.start();
    signal.throwIfAborted();
    onReady(await server.listen(), game.proxies);
    while (!over.aborted) {
      const moment = await game.moment();
      if (server.listeners > 0) server.send('moment', moment);
      await delay(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    signal.throwIfAborted();
  } finally {
    server.close();
    await game.stop();
  }
}
