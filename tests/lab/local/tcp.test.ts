/**
 * TCP ports on real Envoys: a breaker of connections closes what is beyond it, at the client's proxy or
 * the server's, and a request that came over such a connection is told who did.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observation, type Observation } from '../../../experiment/observation.ts';
import { skipIfDisturbed } from '../../support/busyMachine.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lab } from '../../support/lab.ts';

function workload(name: string, port = 'mysql'): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [{name: ${port}, port: 3306}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: ${name}, ports: [{containerPort: 3306}]}]}
---
`;
}

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
`;
const HEAD = `${NAMESPACE}${workload('db')}`;

function istio(kind: string, spec: string): string {
  return `apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: it, namespace: shop}
spec: ${spec}
`;
}

const LIMITED = '{connectionPool: {tcp: {maxConnections: 3}}}';

/** @param behaviour as in behaviour.yaml */
async function run(objects: string, behaviour: string, more: string[]): Promise<Observation> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tcp.yaml'), objects);
  writeFileSync(join(folder, 'behaviour.yaml'), behaviour);
  const { stdout, stderr } = await lab(['run', '--manifests', folder, '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  return observation.parse(JSON.parse(stdout));
}

const SIX = ['--load', 'batch(6, every=1s)', '--batches', '2'];

function grown({ proxies }: Observation, pod: RegExp, cluster: RegExp, counter: string): number {
  return proxies
    .filter((proxy) => pod.test(proxy.pod))
    .flatMap(({ clusters }) => clusters)
    .filter(({ name }) => cluster.test(name))
    .reduce((sum, { before, after }) => sum + (after[counter] ?? 0) - (before[counter] ?? 0), 0);
}

describe('six connections at once, where three are allowed', () => {
  it.for([
    [
      'client-proxy/connections',
      istio('DestinationRule', `{host: db, trafficPolicy: ${LIMITED}}`),
      [/client/, /^outbound/] as const,
      { client: 'UO', server: null },
    ],
    [
      'server-proxy/connections',
      istio('Sidecar', '{inboundConnectionPool: {tcp: {maxConnections: 3}}}'),
      [/db/, /^inbound/] as const,
      { client: expect.stringMatching(/^(UR)?$/) as string, server: 'UO' },
    ],
  ] as const)('%s', async ([refusal, rule, [pod, cluster], flags], context) => {
    const seen = await run(HEAD + rule, 'db: 500ms', SIX);
    expect(seen.faults).toEqual([]);
    // A machine that stands still for longer than a connection's times are compared tells nothing.
    skipIfDisturbed(context, seen);
    expect(seen.requests).toHaveLength(12);
    const answered = seen.requests.filter(({ status }) => status === 200);
    const refused = seen.requests.filter(({ refusedBy }) => refusedBy === refusal);
    expect(answered.length + refused.length).toBe(12);
    // Two workers look at the limit, and may do so at the same moment.
    for (const batch of [0, 1]) {
      const own = answered.filter((request) => request.batch === batch).length;
      expect(own).toBeGreaterThanOrEqual(3);
      expect(own).toBeLessThanOrEqual(4);
    }
    for (const request of answered) expect(request.endpoint).toMatch(/^shop\/db-/);
    for (const request of refused) expect(request).toMatchObject({ status: 0, flags });
    expect(grown(seen, pod, cluster, 'upstream_cx_overflow')).toBe(refused.length);
    // Without a pool there is nothing that has to warm up.
    expect(seen.requests.some(({ warmUp }) => warmUp)).toBe(false);
    expect(seen.prediction).toHaveProperty('problem');
  });
});

it('a route shares connections by weight', async () => {
  const route = ['db', 'other', 'never'].map(
    (host, i) => `{destination: {host: ${host}}, weight: ${[75, 25, 0][i] ?? 0}}`,
  );
  const rule = istio('VirtualService', `{hosts: [db], tcp: [{route: [${route.join()}]}]}`);
  const seen = await run(`${HEAD}${workload('other')}${workload('never')}${rule}`, "'*': 10ms", [
    ...['--load', 'batch(40, every=1s)', '--batches', '1'],
  ]);
  const to = (name: string): number =>
    seen.requests.filter(({ endpoint }) => endpoint?.startsWith(`shop/${name}-`)).length;
  expect(to('db') + to('other')).toBe(40);
  expect(to('db')).toBeGreaterThan(to('other'));
  expect(to('other')).toBeGreaterThan(0);
});

it('a server that calls there goes through its own sidecar, and says no more than it knows', async () => {
  const one = '{host: db, trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}}}}';
  const seen = await run(
    `${HEAD}${workload('front', 'http')}${istio('DestinationRule', one)}`,
    'db: 300ms\nfront: {calls: [db:3306]}',
    ['--load', 'batch(6, every=1s)', '--batches', '1'],
  );
  const refused = seen.requests.filter(({ refusedBy }) => refusedBy === 'application');
  expect(seen.requests.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(grown(seen, /front/, /^outbound\|3306\|\|db/, 'upstream_cx_overflow')).toBe(
    refused.length,
  );
  expect(seen.leftOut.map(({ sentence }) => sentence).join()).toContain('shop/front calls it');
});

it('a gateway of TCP has the breaker, and passes on what is within it', async () => {
  const gateway = `apiVersion: apps/v1
kind: Deployment
metadata: {name: gw, namespace: shop}
spec:
  selector: {matchLabels: {app: gw}}
  template:
    metadata: {labels: {app: gw}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: gw, namespace: shop}
spec: {selector: {app: gw}, ports: [{name: tcp, port: 9000}]}
---
`;
  const port = '{number: 9000, name: tcp, protocol: TCP}';
  const rules = [
    istio('Gateway', `{selector: {app: gw}, servers: [{hosts: ['*'], port: ${port}}]}`),
    istio(
      'VirtualService',
      "{hosts: ['*'], gateways: [it], tcp: [{route: [{destination: {host: db}}]}]}",
    ),
    istio('DestinationRule', `{host: db, trafficPolicy: ${LIMITED}}`),
  ];
  const load = ['--load', 'batch(6, every=1s, url=http://gw.shop:9000/)', '--batches', '1'];
  const seen = await run(`${HEAD}${gateway}${rules.join('---\n')}`, 'db: 500ms', load);
  expect(seen.faults).toEqual([]);
  const answered = seen.requests.filter(({ status }) => status === 200);
  const refused = seen.requests.filter(({ refusedBy }) => refusedBy === 'gateway/connections');
  expect(answered.length).toBeGreaterThanOrEqual(3);
  expect(answered.length + refused.length).toBe(6);
  expect(refused.length).toBeGreaterThan(0);
});
