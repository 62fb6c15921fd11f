/** What a prediction does not do is said: only where the objects ask for it, with the object and its field. */
import { expect, it } from 'vitest';
import { prepare } from '../../../../lab/commands/prepare.ts';
import { leftOutOf } from '../../../../lab/predict/compile/leftOut.ts';
import { meshOf } from '../../../../lab/mesh/mesh.ts';

const PACE = { batches: undefined, timeScale: 1 };

const meta = (name: string): object => ({ name, namespace: 'shop' });

const server = (env: object[]): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('pyserver'),
  spec: {
    selector: { matchLabels: { app: 'pyserver' } },
    template: {
      metadata: { labels: { app: 'pyserver' } },
      spec: { containers: [{ name: 'server', image: 'circuit-lab-server', env }] },
    },
  },
});

const routed = (more: object): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: meta('pyserver'),
  spec: {
    hosts: ['pyserver'],
    http: [{ route: [{ destination: { host: 'pyserver' } }], ...more }],
  },
});

const fieldsOf = (objects: object[]): string[] =>
  leftOutOf(meshOf(objects as Parameters<typeof meshOf>[0])).map(
    ({ object, field }) => `${object}: ${field ?? ''}`,
  );

it('says that it does not mirror', () => {
  expect(fieldsOf([server([]), routed({ mirror: { host: 'pyserver' } })])).toEqual([
    'VirtualService shop/pyserver: spec.http[0].mirror',
  ]);
});

it('says that a connection which a short backlog drops is never given up', () => {
  const withBacklog = (value: string): string[] => fieldsOf([server([{ name: 'BACKLOG', value }])]);
  expect(withBacklog('5')).toEqual(['Pod shop/pyserver-0: env BACKLOG']);
  expect(withBacklog('511')).toEqual([]);
});

it('says nothing of objects that do not ask for it', () => {
  expect(fieldsOf([server([]), routed({})])).toEqual([]);
});

const port = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta('pyserver'),
  spec: { selector: { app: 'pyserver' }, ports: [{ name, port: 80, targetPort: 5000 }] },
});

it('says that no connection of bytes is predicted where a server makes one', () => {
  const calls = JSON.stringify({ calls: [{ url: 'http://pyserver/' }] });
  const caller = server([{ name: 'BEHAVIOUR', value: calls }]);
  expect(fieldsOf([caller, port('tcp')])).toEqual(['Service shop/pyserver: spec.ports']);
  expect(fieldsOf([caller, port('http')])).toEqual([]);
});

it('says that the authority of a next proxy is the first one', () => {
  expect(fieldsOf([server([]), routed({ rewrite: { authority: 'other' } })])).toEqual([
    'VirtualService shop/pyserver: spec.http[0].rewrite.authority',
  ]);
});

const entryOf = (endpoints: object[]): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: meta('outside'),
  spec: {
    hosts: ['outside.test'],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    endpoints,
  },
});

const entriesIn = (endpoints: object[]): string[] =>
  fieldsOf([entryOf(endpoints)]).map((one) => one.split(': ')[1] ?? '');

it('says that an address of no pod refuses, where a black hole would hold who connects', () => {
  expect(entriesIn([{ address: '192.0.2.1' }])).toContain('endpoints');
});

it('says that endpoints of several weights or localities are chosen alike', () => {
  expect(
    entriesIn([
      { address: '192.0.2.1', weight: 1, locality: 'here/a' },
      { address: '192.0.2.2', weight: 3, locality: 'here/b' },
    ]),
  ).toEqual(['endpoints', 'endpoints.weight', 'endpoints.locality']);
  expect(entriesIn([{ address: '192.0.2.1' }, { address: '192.0.2.2' }])).toEqual(['endpoints']);
});

it('says that large bodies take no time', () => {
  const bodies = (size: number): string[] =>
    fieldsOf([server([{ name: 'BEHAVIOUR', value: JSON.stringify({ responseBytes: size }) }])]);
  expect(bodies(100_000)).toEqual(['Pod shop/pyserver-0: env BEHAVIOUR']);
  expect(bodies(100)).toEqual([]);
});

it('says that a standalone Envoy in front of several pods chooses among them', async () => {
  const told = async (replicas: number): Promise<string[]> => {
    const set = [`serverReplicas=${replicas}`];
    const { mesh } = await prepare('envoy-lab', { manifests: [], set, behaviour: [] }, PACE);
    return leftOutOf(mesh).map(({ field }) => field ?? '');
  };
  expect((await told(2)).some((field) => field.startsWith('cluster of'))).toBe(true);
  expect((await told(1)).some((field) => field.startsWith('cluster of'))).toBe(false);
});
