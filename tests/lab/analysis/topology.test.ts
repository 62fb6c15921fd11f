/** Proves who is said to have called whom, and whose breaker opened. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Request } from '../../../experiment/observation.ts';
import { type Edge, topologyOf, workloadName } from '../../../lab/analysis/topology.ts';
import { failFast } from './observed.ts';

it('draws clients, the service and what serves it, with the refusals of each edge', () => {
  const { nodes, edges } = topologyOf(failFast, failFast.requests);
  expect(nodes.map(({ kind, name, pods }) => [kind, name, pods])).toEqual([
    ['client', 'pyclient', 1],
    ['service', expect.stringMatching(/^pyserver/), 1],
    ['workload', 'pyserver', 1],
  ]);
  const [toService, toServer] = edges;
  expect(toService).toMatchObject({ requests: 30, failed: 15, refused: 14, share: 1 });
  expect(toServer).toMatchObject({ requests: 16, failed: 1, refused: 1 });
});

it('has of many requests the sum of what it has of each', () => {
  // Some refused in a hop behind their first, whose breaker is another one.
  const hop = { caller: 'pyserver', called: 'db' };
  const behind = failFast.requests.map((request) => ({ ...request, hop }));
  const some = fc.subarray<Request>([...failFast.requests, ...behind]);
  const counts = ({ from, to, requests, failed, refused }: Edge): [string, number[]] => [
    `${from} -> ${to}`,
    [requests, failed, refused],
  ];
  fc.assert(
    fc.property(some, (requests) => {
      const sums = new Map<string, number[]>();
      for (const request of requests) {
        for (const edge of topologyOf(failFast, [request]).edges) {
          const [way, each] = counts(edge);
          const before = sums.get(way) ?? [0, 0, 0];
          sums.set(
            way,
            each.map((count, index) => count + (before[index] ?? 0)),
          );
        }
      }
      expect(new Map(topologyOf(failFast, requests).edges.map(counts))).toEqual(sums);
    }),
  );
});

it('calls a workload by its pods’ common name', () => {
  expect(workloadName('pyserver-v1-0')).toBe('pyserver-v1');
  expect(workloadName('pyserver-7d9f8c6b5d-x2x9z')).toBe('pyserver');
  expect(workloadName('sleep')).toBe('sleep');
});
