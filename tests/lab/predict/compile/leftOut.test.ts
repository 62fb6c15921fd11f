/** What a prediction does not do is said: only where the objects ask for it, with the object and its field. */
import { expect, it } from 'vitest';
import { leftOutOf } from '../../../../lab/predict/compile/leftOut.ts';
import { meshOf } from '../../../../lab/mesh/mesh.ts';

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

it('says that it neither mirrors nor has a backlog', () => {
  expect(
    fieldsOf([server([{ name: 'BACKLOG', value: '5' }]), routed({ mirror: { host: 'pyserver' } })]),
  ).toEqual([
    'VirtualService shop/pyserver: spec.http[0].mirror',
    'Pod shop/pyserver-0: env BACKLOG',
  ]);
});

it('says nothing of objects that ask for neither', () => {
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
