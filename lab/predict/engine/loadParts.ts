/** The parts of a simulator that the clients work with. */
import type { Door } from '../model.ts';
import type { Answers } from './answers.ts';
import type { Clock } from './clock.ts';
import type { Dues } from './dues.ts';
import type { Draws } from './random.ts';
import type { Requests } from './requests.ts';
import type { Visit } from './state.ts';
import type { Visits } from './visits.ts';
import type { Worker } from './workers.ts';

export interface LoadParts {
  readonly clock: Clock;
  readonly draws: Draws;
  readonly visits: Visits;
  readonly requests: Requests;
  readonly answers: Answers;
  readonly dues: Dues;
}

/** Lets a request in at a door, then. @param isNew whether its connection is, too */
export interface Entrance {
  admit(visit: Visit, door: Door, worker: Worker, isNew: boolean, atMs: number): void;
}
