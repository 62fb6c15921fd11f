import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../../envoy/admin.ts';
import { HealthRecord } from '../../../lab/watch/healthRecord.ts';

const CLUSTER = 'outbound|80|v2|pyserver.circuitbreaker.svc.cluster.local';

interface Host {
  readonly ejected: boolean;
  readonly requests: number;
}

/** A reading: of each host whether it is ejected and what it was sent, and the cluster's counter. */
type Reading = readonly [at: number, ejections: number | undefined, ...hosts: Host[]];

function recordOf(readings: readonly Reading[]): HealthRecord {
  const record = new HealthRecord();
  for (const [at, ejections, ...hosts] of readings) {
    const status: ClusterStatus = {
      name: CLUSTER,
      thresholds: { max_connections: 1, max_pending_requests: 1, max_requests: 1, max_retries: 1 },
      hosts: hosts.map(({ ejected, requests }, index) => ({
        address: addressOf(index),
        ejected,
        stats: { rq_total: requests },
      })),
    };
    record.read(at, [status], () => ejections);
  }
  return record;
}

function addressOf(index: number): string {
  return `10.244.0.${index}:5000`;
}

/** `at` of every change, ejections with a cross. */
function changes(record: HealthRecord, index = 0): string[] {
  return record
    .of(CLUSTER, addressOf(index))
    .map(({ at, ejected }) => `${ejected ? 'x' : ''}${at}`);
}

const well = (requests = 0): Host => ({ ejected: false, requests });
const ejected = (requests = 0): Host => ({ ejected: true, requests });

describe("an endpoint's health", () => {
  it.each<[what: string, readings: Reading[], wanted: string[]]>([
    [
      'that changes is told when it was seen',
      [
        [0, 0, well()],
        [500, 1, ejected(1)],
        [1000, 1, well(1)],
      ],
      ['0', 'x500', '1000'],
    ],
    [
      'that was bad from the start is no ejection of this run',
      [
        [0, 3, ejected(9)],
        [500, 3, ejected(9)],
      ],
      ['x0'],
    ],
    [
      'that came back between two readings',
      [
        [0, 0, well()],
        [500, 1, ejected(1)],
        [1000, 1, ejected(1)],
        [1500, 2, ejected(4)],
      ],
      ['0', 'x500', '1001', 'x1500'],
    ],
    [
      'that went and came back between two readings',
      [
        [0, 0, well()],
        [500, 1, well(3)],
      ],
      ['0', 'x1', '500'],
    ],
    [
      'is told the same where the counter is not kept',
      [
        [0, undefined, well()],
        [500, undefined, ejected(1)],
        [1000, undefined, ejected(2)],
      ],
      ['0', 'x500'],
    ],
    // The counter was read a moment before the hosts were.
    [
      'that was seen before its counter is counted once',
      [
        [0, 0, well()],
        [500, 0, ejected(1)],
        [1000, 1, ejected(1)],
      ],
      ['0', 'x500'],
    ],
  ])('%s', (_, readings, wanted) => {
    const record = recordOf(readings);
    expect(changes(record)).toEqual(wanted);
    expect(record.unplacedIn(CLUSTER)).toBe(0);
  });

  it('is put down to the endpoint that was asked although it is ejected', () => {
    const record = recordOf([
      [0, 0, well(), well()],
      [500, 1, ejected(1), well(1)],
      [1000, 2, ejected(2), well(9)],
    ]);
    expect(changes(record, 0)).toEqual(['0', 'x500', '501', 'x1000']);
    expect(changes(record, 1)).toEqual(['0']);
  });

  it('is not guessed where two may be meant, nor put down to a later interval', () => {
    const record = recordOf([
      [0, 0, well(), well()],
      [500, 1, well(1), well(1)],
      [1000, 1, well(2), well(1)],
    ]);
    expect(changes(record, 0)).toEqual(['0']);
    expect(changes(record, 1)).toEqual(['0']);
    expect(record.unplacedIn(CLUSTER)).toBe(1);
  });
});

it('tells of every ejection that was enforced, whenever it is read', () => {
  // What really was: the only endpoint well for a while, then ejected for a while, and so on.
  const phases = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 })),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(phases, fc.integer({ min: 50, max: 1000 }), (lengths, everyMs) => {
      let end = 0;
      const ejections = lengths.map(([wellMs, ejectedMs]) => {
        const from = end + wellMs;
        end = from + ejectedMs;
        return { from, to: end };
      });
      const readings: Reading[] = [];
      for (let at = 0; at <= end + everyMs; at += everyMs) {
        const so = ejections.filter(({ from }) => from <= at);
        // The request that brought about each ejection is all that the endpoint was sent.
        const state = { ejected: (so.at(-1)?.to ?? 0) > at, requests: so.length };
        readings.push([at, so.length, state]);
      }
      const record = recordOf(readings);
      const told = record.of(CLUSTER, addressOf(0));
      const placed = told.filter((change, index) => change.ejected && index > 0).length;
      expect(placed + record.unplacedIn(CLUSTER)).toBe(ejections.length);
      // Each change is another than the one before, and later.
      told.slice(1).forEach((change, index) => {
        expect(change.ejected).toBe(told[index]?.ejected !== true);
        expect(change.at).toBeGreaterThan(told[index]?.at ?? 0);
      });
      // Short of several ejections or returns within one interval, none is without a place.
      const crowded = [ejections.map(({ from }) => from), ejections.map(({ to }) => to)].some(
        (moments) => new Set(moments.map((at) => Math.ceil(at / everyMs))).size < moments.length,
      );
      if (!crowded) expect(record.unplacedIn(CLUSTER)).toBe(0);
    }),
  );
});
