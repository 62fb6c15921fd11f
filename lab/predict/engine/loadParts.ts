/** The parts of a simulator that the clients work with. */
import type { Door } from '../model.ts';
import type { Answers } from './answers.ts';
import type { Clock } from './clock.ts';
import type { Dues } from './dues.ts';
import type { Draws } from './random.ts';
import type { Requests } from './requests.ts';
import type { Visits } from './visits.ts';

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
  admit(visit: number, door: Door, worker: number, isNew: boolean, atMs: number): void;
}
