import { expect, it } from 'vitest';
import { leftOutOf } from '../../lab/cluster/limits.ts';
import type { Workload } from '../../lab/cluster/workloads.ts';
import { destinationRule, objects } from '../support/manifests.ts';
import type { KubernetesObject } from '../../lab/mesh/model.ts';
import { podOf } from './made.ts';

const bare = { pod: podOf({ name: 'bare' }), workload: { role: 'client' } as Workload };
const meshed = {
  pod: podOf({ name: 'meshed', containers: [{ name: 'client' }, { name: 'istio-proxy' }] }),
  workload: { role: 'client' } as Workload,
};
const sidecar = {
  pod: meshed.pod,
  role: 'client',
  container: 'istio-proxy',
  adminPort: 15_000,
} as const;
const rule = destinationRule({ host: 'pyserver' }) as unknown as KubernetesObject;
const common = {
  objects: [rule, objects.service as KubernetesObject],
  isBatch: true,
  begunEarlier: false,
  spreadMs: 0,
};

it('names the policies that nothing acts on where there is no sidecar', () => {
  expect(leftOutOf({ ...common, members: [bare], sidecars: [] })).toEqual([
    'no sidecars: nothing in this cluster acts on DestinationRule; no pool, breaker or retry is between client and server',
  ]);
});

it('says what counters count where there are sidecars, and who has none', () => {
  const left = leftOutOf({ ...common, members: [meshed, bare], sidecars: [sidecar] });
  expect(left).toEqual([
    'no sidecar in bare: what passed there was not logged',
    expect.stringMatching(/^counters are of the whole time of observation: /),
  ]);
});

it('says where clients did not begin together, and where a load began before it was watched', () => {
  const late = {
    ...common,
    members: [meshed],
    sidecars: [sidecar],
    isBatch: false,
    begunEarlier: true,
    spreadMs: 700,
  };
  expect(leftOutOf(late)).toEqual([
    expect.stringMatching(/^the load began before it was observed: /),
    expect.stringMatching(/^the clients began their batches up to 700 ms apart/),
  ]);
});
