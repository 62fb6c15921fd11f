/** Observations made by hand, for tests of what is made of them. */
import type { Thresholds } from '../../../envoy/thresholds.ts';
import { type Experiment, experiment } from '../../../experiment/experiment.ts';
import type { Observation, Request } from '../../../experiment/observation.ts';
import { limits, proxy, request } from './logged.ts';

type Given = Partial<Omit<Observation, 'experiment'>> & {
  readonly experiment?: Partial<Experiment>;
};

/** Nothing was asked, nothing happened, and that holds. */
export function observation(given: Given = {}): Observation {
  const { stack = 'fail-fast', experiment: some, ...rest } = given;
  return {
    stack,
    source: 'local',
    startedAt: '2026-11-22T14:10:20.558Z',
    durationMs: 12_345,
    versions: { envoy: '1.40.0', istio: null },
    digest: 'a1b2c3',
    timeScale: 1,
    experiment: { ...experiment.parse({ stack, serviceTime: '5s' }), ...some },
    batches: 0,
    spreadMs: [],
    requests: [],
    proxies: [],
    external: [],
    disturbed: [],
    faults: [],
    leftOut: [],
    madeUp: [],
    settings: [],
    explanation: [],
    verdict: { outcome: 'holds', checks: [] },
    ...rest,
  };
}

export const refused: Partial<Request> = {
  status: 503,
  flags: { client: 'UO', server: null },
  refusedBy: 'client-proxy/pending',
  endedMs: 2,
  endpoint: null,
  attempts: 0,
};

export const refusedByServer: Partial<Request> = {
  status: 503,
  flags: { client: 'URX', server: 'UO' },
  refusedBy: 'server-proxy/pending',
  endedMs: 40,
  attempts: 3,
};

/** So many requests that are alike. */
export function requests(count: number, given: Partial<Request> = {}): Request[] {
  return Array.from({ length: count }, () => request(given));
}

/** A batch each 12 s, its requests told apart by their ids. */
function batchOf(batch: number, some: readonly Request[]): Request[] {
  return some.map((one, index) => ({
    ...one,
    id: `${batch}-${index}`,
    batch,
    warmUp: batch === 0,
    sentMs: batch * 12_000,
    endedMs: batch * 12_000 + one.endedMs,
  }));
}

const cold = [...requests(3), ...requests(6, refused), ...requests(1, refusedByServer)];
const warm = [...requests(5), ...requests(1, { endedMs: 10_011 }), ...requests(4, refused)];

const fiveAndOne: Thresholds = limits({ max_connections: 5, max_pending_requests: 1 });

/** Three batches of a fail-fast run, the first of them cold. */
export const failFast = observation({
  experiment: { description: 'Five connections and one waiting request' },
  batches: 3,
  requests: [cold, warm, warm].flatMap((some, batch) => batchOf(batch, some)),
  proxies: [
    proxy({
      pod: 'pyserver-0',
      role: 'server',
      name: 'inbound|5000||',
      thresholds: fiveAndOne,
      endpoint: { cxActive: 5 },
      after: { upstream_cx_total: 5, upstream_rq_total: 15 },
    }),
    proxy({
      thresholds: fiveAndOne,
      endpoint: { cxActive: 5 },
      before: { upstream_rq_total: 100, upstream_rq_pending_overflow: 1 },
      after: {
        upstream_cx_total: 5,
        upstream_cx_overflow: 2,
        upstream_rq_total: 118,
        upstream_rq_pending_total: 7,
        upstream_rq_pending_overflow: 15,
        upstream_rq_retry: 2,
        upstream_rq_2xx: 15,
        upstream_rq_5xx: 15,
      },
    }),
  ],
  verdict: {
    outcome: 'holds',
    checks: [
      { name: 'warm batches', expected: 'at least 2', seen: '2', outcome: 'holds' },
      { name: 'refused', expected: '3 to 5 in every warm batch', seen: '4 4', outcome: 'holds' },
    ],
  },
});

/** The same, with other values in some fields. */
export function failFastWith(given: Partial<Observation>): Observation {
  return { ...failFast, ...given };
}
