import { expect } from 'vitest';
import type { Expectation } from '../../../experiment/expectation.ts';
import { type Experiment, experiment as experimentSchema } from '../../../experiment/experiment.ts';
import type { Check, Judgement, Request } from '../../../experiment/observation.ts';
import { type Evidence, verdict } from '../../../lab/analysis/verdict.ts';
import { request } from './logged.ts';

export function judged(holds: boolean): Judgement {
  return holds ? 'holds' : 'does not hold';
}

export function experiment(
  expect: readonly Expectation[],
  more: Partial<Experiment> = {},
): Experiment {
  return {
    ...experimentSchema.parse({ stack: 'test', serviceTime: '5s', warmBatches: 1 }),
    expect: [...expect],
    ...more,
  };
}

export function evidence(given: Partial<Evidence>): Evidence {
  return {
    experiment: experiment([]),
    requests: [],
    proxies: [],
    faults: [],
    disturbed: [],
    timeScale: 1,
    ...given,
  };
}

/** The check of one expectation. */
export function checked(
  expectation: Expectation,
  given: Partial<Evidence>,
  more?: Partial<Experiment>,
): Check {
  const { checks } = verdict(evidence({ ...given, experiment: experiment([expectation], more) }));
  return checks.find(({ name }) => name === expectation.name) ?? expect.fail('no such check');
}

export const refusal: Partial<Request> = {
  status: 503,
  refusedBy: 'client-proxy/pending',
  endedMs: 2,
  flags: { client: 'UO', server: null },
  endpoint: null,
};

/** Batches with so many refused requests each, of ten. */
export function batches(refused: readonly number[], more: Partial<Request> = {}): Request[] {
  return refused.flatMap((n, batch) =>
    Array.from({ length: 10 }, (_, index) =>
      request({ batch, ...(index < n && refusal), ...more }),
    ),
  );
}
