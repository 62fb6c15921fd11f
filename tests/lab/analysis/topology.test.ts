/** Proves who is said to have called whom, and whose breaker opened. */
import { expect, it } from 'vitest';
import { topologyOf, workloadName } from '../../../lab/analysis/topology.ts';
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

it('calls a workload by its pods’ common name', () => {
  expect(workloadName('pyserver-v1-0')).toBe('pyserver-v1');
  expect(workloadName('pyserver-7d9f8c6b5d-x2x9z')).toBe('pyserver');
  expect(workloadName('sleep')).toBe('sleep');
});
