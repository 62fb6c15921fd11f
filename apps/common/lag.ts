/** Notices where this process did not run when it should have: a machine too busy for it. */
import { now } from './clock.ts';

/** How often it looks: a stall that is shorter may go unnoticed. */
const EVERY_MS = 50;
/** Timers of an idle process are this late at times. */
const USUAL_MS = 5;

export interface Lag {
  /** Epoch ms at which the process ran again. */
  readonly at: number;
  /** By how much it was late then. */
  readonly lagMs: number;
}

/** Calls `report` for every stall from now on. Keeps no process alive. */
export function watchLag(report: (lag: Lag) => void): void {
  let due = now() + EVERY_MS;
  setInterval(() => {
    const at = now();
    const lagMs = Math.round(at - due);
    if (lagMs > USUAL_MS) report({ at, lagMs });
    due = at + EVERY_MS;
  }, EVERY_MS).unref();
}
