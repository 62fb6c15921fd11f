import { describe, expect, it } from 'vitest';
import { leftOutText } from '../../../experiment/leftOut.ts';
import { apartOf, leftOutOf, missedOf, unloggedOf } from '../../../lab/cluster/limits.ts';
import type { Workload } from '../../../lab/cluster/workloads.ts';
import type { Role } from '../../../experiment/roles.ts';
import { destinationRule, objects } from '../../support/manifests.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { entry, response } from '../analysis/logged.ts';
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
  spreadMs: 0,
};

it('names the policies that nothing acts on where there is no sidecar', () => {
  expect(leftOutOf({ ...common, members: [bare], sidecars: [] }).map(leftOutText)).toEqual([
    'no sidecars: nothing in this cluster acts on DestinationRule; no pool, breaker or retry is between client and server',
  ]);
});

it('says what counters count where there are sidecars, and who has none', () => {
  const left = leftOutOf({ ...common, members: [meshed, bare], sidecars: [sidecar] });
  expect(left.map(leftOutText)).toEqual([
    'no sidecar in lab/bare: what passed there was not logged',
    expect.stringMatching(/^counters are of the whole time of observation: /),
  ]);
});

it('says where clients did not begin together', () => {
  const late = {
    ...common,
    members: [meshed],
    sidecars: [sidecar],
    isBatch: false,
    spreadMs: 700,
  };
  expect(leftOutOf(late).map(leftOutText)).toEqual([
    expect.stringMatching(/^the clients began up to 700 ms apart/),
  ]);
  // Of batches it is said once, by what leaves the verdict open.
  expect(
    leftOutOf({ ...late, isBatch: true })
      .map(leftOutText)
      .join(),
  ).not.toMatch(/apart/);
});

describe('requests that the proxy nearest to the client has not logged', () => {
  const gateway = { ...sidecar, pod: podOf({ name: 'gateway' }), role: 'gateway' } as const;
  const requests = ['one', 'two'].map((id) => response({ id, client: 'lab/meshed' }));
  const logOf = (requestId: string, role: Role) => ({
    pod: 'somebody',
    role,
    entry: entry({ requestId }),
  });

  it.each([
    ['none are missing', [sidecar], [logOf('one', 'client'), logOf('two', 'client')], 0],
    [
      "one is in a server's log alone",
      [sidecar],
      [logOf('one', 'client'), logOf('two', 'server')],
      1,
    ],
    ['a gateway logs nothing', [gateway], [logOf('one', 'server')], 2],
    ['a gateway logs them', [gateway], [logOf('one', 'gateway'), logOf('two', 'gateway')], 0],
    ['nobody is there who could', [], [], 0],
  ] as const)('%s', (_, sidecars, logs, missing) => {
    const said = unloggedOf({ responses: requests, logs: [...logs] }, 1, sidecars);
    expect(said).toEqual(
      missing === 0 ? [] : [expect.stringMatching(`^${missing} of 2 requests are not in `)],
    );
  });

  it('are of the batches that count', () => {
    expect(unloggedOf({ responses: requests, logs: [] }, 0, [sidecar])).toEqual([]);
  });
});

describe('a load that began before it was observed', () => {
  const at = (sentAt: number) => response({ sentAt, endedAt: sentAt + 10 });
  it.each([
    ['not at all', [at(1000), at(2000)], undefined],
    [
      'in part',
      [at(500), at(2000)],
      /^the load began before it was observed \(1 of 2 requests\): /,
    ],
    ['as a whole', [at(500), at(600)], /^the load had ended before it was observed: /],
    ['but only waited for its answer', [at(995), at(2000)], undefined],
  ])('%s', (_, responses, said) => {
    expect(missedOf(responses, 1000)).toEqual(
      said === undefined ? [] : [expect.stringMatching(said)],
    );
  });
});

it.each([
  ['a little apart', 100, []],
  ['as far apart as changes outcomes', 3842, [expect.stringMatching(/up to 3842 ms apart/)]],
])('leaves open what clients show that begin %s', (_, spreadMs, said) => {
  expect(apartOf(spreadMs, 100)).toEqual(said);
});
