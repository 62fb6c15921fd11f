/** The parts of a simulator that the clients work with. */
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
