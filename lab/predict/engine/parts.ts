/** The parts of a simulator that a proxy works with. */
import type { Admission } from './admission.ts';
import type { Answers } from './answers.ts';
import type { Apps } from './apps.ts';
import type { Balancer } from './balancer.ts';
import type { Clock } from './clock.ts';
import type { Clusters } from './clusters.ts';
import type { Draws } from './random.ts';
import type { Hosts } from './hosts.ts';
import type { Outliers } from './outliers.ts';
import type { Pools } from './pools.ts';
import type { Requests } from './requests.ts';
import type { Retries } from './retries.ts';
import type { Turns } from './turns.ts';
import type { Visits } from './visits.ts';

export interface Parts {
  readonly clock: Clock;
  readonly admission: Admission;
  readonly draws: Draws;
  readonly visits: Visits;
  readonly clusters: Clusters;
  readonly hosts: Hosts;
  readonly pools: Pools;
  readonly balancer: Balancer;
  readonly retries: Retries;
  readonly outliers: Outliers;
  readonly answers: Answers;
  readonly apps: Apps;
  readonly requests: Requests;
  readonly turns: Turns;
}
