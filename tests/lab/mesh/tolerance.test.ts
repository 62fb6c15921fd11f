/** How late a part of an experiment may be, by the shortest of its times. */
import { expect, it } from 'vitest';
import { toleratedLag } from '../../../lab/mesh/tolerance.ts';

type Times = Parameters<typeof toleratedLag>[0];

const resource = { name: 'x', namespace: 'ns', labels: {} };

function mesh(perTryTimeout?: string, interval?: string): Times {
  const retries = { ...(perTryTimeout !== undefined && { perTryTimeout }) };
  const route = { route: [{ destination: { host: 'x' } }], retries };
  const subsets = [
    {
      name: 'v1',
      labels: {},
      trafficPolicy: { outlierDetection: { interval: interval ?? '10s' } },
    },
  ];
  return {
    virtualServices: [{ ...resource, spec: { hosts: ['x'], http: [route] } }],
    destinationRules: [{ ...resource, spec: { host: 'x', subsets } }],
  };
}

it.each<[string, Times, number, number]>([
  ['a tenth of the service time', mesh(), 1000, 100],
  ['half of a try', mesh('300ms'), 5000, 150],
  ['half of the time between two sweeps, of a subset too', mesh(undefined, '200ms'), 0, 100],
  ['the shortest of them', mesh('300ms', '200ms'), 900, 90],
  ['a stall, where nothing is as short', mesh(), 60_000, 250],
  ['a stall, where there is no time at all', { virtualServices: [], destinationRules: [] }, 0, 250],
  ['never less than processes wait for each other', mesh(), 20, 20],
])('is %s', (_, given, serviceTimeMs, ms) => {
  expect(toleratedLag(given, serviceTimeMs)).toBe(ms);
});
