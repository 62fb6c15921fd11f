/** Requests at their places, which begin and end there (state.ts). */
import { NO_LISTENER } from './listeners.ts';
import { Rows } from './rows.ts';
import { Visit } from './state.ts';

/** Hosts that a visit remembers to have tried. */
const TRIED = 8;

export class Visits {
  readonly #rows = new Rows((id) => new Visit(id));
  #lives = 0;

  clear(): void {
    this.#rows.clear();
    this.#lives = 0;
  }

  at(id: number): Visit {
    return this.#rows.at(id);
  }

  open(
    request: number,
    who: number,
    ask: number,
    caller: Visit | null,
    callerAttempt: number,
  ): Visit {
    const visit = this.#rows.take();
    visit.state = 'arriving';
    visit.life = this.nextNumber();
    visit.attempt = 0;
    visit.request = request;
    visit.who = who | 0;
    visit.ask = ask;
    if (caller === null) {
      visit.stamp = 0;
      visit.isCall = false;
    } else {
      visit.stamp = (Math.imul(caller.stamp + 1, 37) + caller.tries) | 0;
      visit.isCall = caller.isCall || caller.app !== null;
    }
    visit.caller = caller;
    visit.callerAttempt = callerAttempt;
    visit.listener = NO_LISTENER;
    visit.app = null;
    visit.cluster = null;
    visit.connection = null;
    visit.callee = null;
    visit.tries = 0;
    visit.holdsRetry = false;
    visit.admittedMs = -1;
    visit.closes = false;
    return visit;
  }

  end(visit: Visit): void {
    visit.state = 'ended';
    visit.life = 0;
    visit.attempt = 0;
    this.#rows.giveBack(visit);
  }

  /** One that no visit and no attempt has had. */
  nextNumber(): number {
    this.#lives += 1;
    return this.#lives;
  }
}

/** Its attempt, which is over, went to its host. */
export function remember({ tries, tried, host }: Visit): void {
  if (tries <= TRIED) tried[tries - 1] = host.index;
}

/** Whether an earlier attempt went to this host. */
export function hasTried({ tries, tried }: Visit, host: number): boolean {
  const earlier = Math.min(TRIED, tries - 1);
  for (let index = 0; index < earlier; index += 1) if (tried[index] === host) return true;
  return false;
}
