/**
 * The real run's own send times in the simulator: whether each request ends as it did. Only where the
 * send times decide it: one worker and one server, so that nothing is drawn. A recorded time is not quite
 * the one at which a proxy read the request, nor does a turn take exactly its service time; where so
 * little makes another outcome, the records do not decide it, and the request is counted apart.
 */
import { outcomeWord } from '../../lab/analysis/outcomeWords.ts';
import { durationMs } from '../../istio/duration.ts';
import { Draws } from '../../lab/predict/engine/random.ts';
import { REFUSALS } from '../../lab/predict/engine/run.ts';
import { type SendTrace, Simulator } from '../../lab/predict/engine/simulate.ts';
import type { Model } from '../../lab/predict/model.ts';
import { UNSURE } from './costs.ts';
import type { Configuration } from './matrix.ts';
import { judgedBatches, type RealRun } from './real.ts';

export interface Agreement {
  /** Requests that end as they did, of those that the records decide. */
  readonly agreed: number;
  readonly decided: number;
  readonly requests: number;
}

/** Replays whose times are a little later, each differently. */
const REPLAYS = 40;
/** The share of them that must say the same of a request that is decided. */
const ALIKE = 0.95;

/** What follows an answer leaves within this time of it. */
const AT_ONCE_MS = 10;

type Sent = RealRun['requests'];

export function isDecided({ kind, settings, law }: Configuration): boolean {
  const drawn = law !== undefined || kind === 'fault' || kind === 'ejection';
  return !drawn && settings.proxyConcurrency === '1' && settings.serverReplicas === '1';
}

/** Over the requests of judged batches. */
export function replay(model: Model, run: RealRun): Agreement {
  const sent = run.requests.toSorted((a, b) => a.sentMs - b.sentMs);
  const serviceTimeMs = durationMs(run.experiment.serviceTime) * run.timeScale;
  const counts = sent.map(() => new Map<string, number>());
  const simulator = new Simulator(model);
  for (let seed = 1; seed <= REPLAYS; seed += 1) {
    for (const [row, word] of wordsOf(model, sent, seed, simulator, serviceTimeMs)) {
      const of = counts[row];
      of?.set(word, (of.get(word) ?? 0) + 1);
    }
  }
  const judged = judgedBatches(run);
  const rows = sent.flatMap((request, row) => {
    if (!judged.has(request.batch)) return [];
    const [word, count] = [...(counts[row] ?? [])].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    const agrees = word === outcomeWord(request, serviceTimeMs);
    return [{ isDecided: count >= ALIKE * REPLAYS, agrees }];
  });
  const decided = rows.filter((row) => row.isDecided);
  return {
    agreed: decided.filter(({ agrees }) => agrees).length,
    decided: decided.length,
    requests: rows.length,
  };
}

/** What one replay says of the requests, by their index among those sent. */
function wordsOf(
  model: Model,
  sent: Sent,
  seed: number,
  simulator: Simulator,
  serviceTimeMs: number,
): [number, string][] {
  const draws = new Draws();
  draws.begin(seed);
  const later = withTurns(model, UNSURE.turnsMs * draws.share(0, 0));
  const { trace, rows } = tracedLater(model, sent, draws);
  simulator.use(later);
  const run = simulator.run(seed, { trace });
  const sentOf = placesOf(run.requests, (index) => run.client[index] ?? -1);
  const recordOf = new Map(
    placesOf(rows.length, (index) => trace.client[index] ?? -1).map((place, index) => [
      place,
      rows[index] ?? -1,
    ]),
  );
  return sentOf.map((place, index): [number, string] => {
    const word = outcomeWord(
      {
        status: run.status[index] ?? 0,
        refusedBy: REFUSALS[run.refusedBy[index] ?? 0] ?? null,
        sentMs: run.sentMs[index] ?? 0,
        endedMs: run.endedMs[index] ?? 0,
      },
      serviceTimeMs,
    );
    return [recordOf.get(place) ?? -1, word];
  });
}

/** Of each request which one of its client's it is, as one number. */
function placesOf(requests: number, clientOf: (index: number) => number): number[] {
  const sent = new Map<number, number>();
  return Array.from({ length: requests }, (_, index) => {
    const client = clientOf(index);
    const nth = sent.get(client) ?? 0;
    sent.set(client, nth + 1);
    return client * 2 ** 20 + nth;
  });
}

/** Turns that take so much longer than their service time, and each a little more. */
function withTurns(model: Model, moreMs: number): Model {
  return {
    ...model,
    apps: model.apps.map((app) => ({
      ...app,
      works: app.works.map((work) => {
        if (work.time?.kind !== 'fixed') return work;
        const minMs = work.time.ms + moreMs;
        const time = { kind: 'uniform', minMs, maxMs: minMs + UNSURE.turnMs } as const;
        return { ...work, time };
      }),
    })),
  };
}

/** @returns the trace, and of each of its entries the index among those sent */
function tracedLater(model: Model, sent: Sent, draws: Draws): { trace: SendTrace; rows: number[] } {
  const follows = followers(model, sent);
  const clients = new Map(model.clients.map(({ pod }, index) => [pod, index]));
  const all = sent
    .map(({ client: pod, batch, sentMs }, row) => {
      const client = clients.get(pod) ?? -1;
      // A client's batch as a whole: the order of its own requests is known.
      const isOfBatch = model.clients[client]?.load.mode === 'batch';
      const moreMs = UNSURE.readMs * draws.share(isOfBatch ? batch + 1 : -1 - row, client << 4);
      return { row, client, batch, sentMs: sentMs + moreMs, follows: follows[row] ?? false };
    })
    .sort((a, b) => a.sentMs - b.sentMs);
  return {
    rows: all.map(({ row }) => row),
    trace: {
      client: all.map(({ client }) => client),
      batch: all.map(({ batch }) => batch),
      sentMs: all.map(({ sentMs }) => sentMs),
      follows: all.map((one) => one.follows),
    },
  };
}

/** Which requests were sent because an answer had come: the first of a batch that is due before the last is over. */
function followers({ clients }: Model, sent: Sent): boolean[] {
  const seen = new Map<string, Sent>();
  return sent.map((request) => {
    const before = seen.get(request.client) ?? [];
    seen.set(request.client, [...before, request]);
    const load = clients.find(({ pod }) => pod === request.client)?.load;
    if (load?.mode !== 'batch' || before.at(-1)?.batch === request.batch) return false;
    const last = Math.max(-Infinity, ...before.map(({ endedMs }) => endedMs));
    return request.sentMs - last < AT_ONCE_MS;
  });
}
