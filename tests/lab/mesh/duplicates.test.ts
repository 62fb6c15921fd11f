/** Proves which of two objects holds. */
import { expect, test } from 'vitest';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import { objectsOf } from '../../../lab/objects/manifests.ts';
import { leftOutOf } from './objects.ts';

const rule = (maxConnections: number): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: r }
spec: { host: '*', trafficPolicy: { connectionPool: { tcp: { maxConnections: ${maxConnections} } } } }
`;
const service = `apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ port: 80 }] }
`;

test('of two in manifests the last one holds, as kubectl applies them, and it is said', () => {
  const texts = [
    { where: 'a.yaml', text: `${rule(1)}---\n${service}` },
    { where: 'b.yaml', text: `${rule(2)}---\n${service}` },
  ];
  const mesh = meshOf(objectsOf(texts, 'both'));
  expect(mesh.destinationRules.map(({ spec }) => spec.trafficPolicy)).toEqual([
    { connectionPool: { tcp: { maxConnections: 2 } } },
  ]);
  expect(leftOutOf(mesh)).toEqual([
    'DestinationRule default/r: is given more than once: that of b.yaml:1 holds, as it comes last, and not that of a.yaml:1',
  ]);
});
