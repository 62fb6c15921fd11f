/** Somebody's manifests as resources of a stack, and the digest that waits for them. */
import { describe, expect, it } from 'vitest';
import { ImportedMesh, type Manifest } from '../../components/importedMesh.ts';
import { Inventory } from '../../components/inventory.ts';
import { digestOf } from '../../experiment/digest.ts';
import { expectSoundNames, registrationsOf, treeOf } from '../support/registrations.ts';
import { DESTINATION_RULE, NAMESPACE, SERVICE } from './made.ts';

const rule = (namespace?: string): Manifest & { spec: object } => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'ratings', ...(namespace !== undefined && { namespace }) },
  spec: { host: 'ratings', trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } } },
});

const service: Manifest & { spec: object } = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'ratings' },
  spec: { ports: [{ name: 'http', port: 80 }] },
};

const COMPONENT = 'circuit-lab:index:ImportedMesh';
const GROUP = 'kubernetes:yaml:ConfigGroup';

describe('an imported mesh', () => {
  it('registers each object once, whatever namespaces share its name', async () => {
    const objects = [service, rule(), rule('other')];
    const registrations = await registrationsOf(() => new ImportedMesh('theirs', { objects }));
    expect(treeOf(registrations)).toEqual([
      [COMPONENT, 'theirs', undefined],
      [GROUP, 'theirs', `${COMPONENT} theirs`],
      [SERVICE, 'theirs-ratings', `${GROUP} theirs`],
      [DESTINATION_RULE, 'theirs-ratings', `${GROUP} theirs`],
      [DESTINATION_RULE, 'theirs-other/ratings', `${GROUP} theirs`],
    ]);
    expectSoundNames(registrations);
  });

  it('puts into its namespace what names none, and leaves the given objects as they are', async () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      service,
      rule('other'),
    ];
    const before = structuredClone(objects);
    const registrations = await registrationsOf(
      () => new ImportedMesh('theirs', { objects, namespace: 'shop' }),
    );
    const placed = registrations
      .filter(({ type }) => [NAMESPACE, SERVICE, DESTINATION_RULE].includes(type))
      .map(({ inputs }) => (inputs['metadata'] as { namespace?: string }).namespace);
    expect(placed).toEqual([undefined, 'shop', 'other']);
    expect(objects).toEqual(before);
  });

  it('is part of the digest that an experiment is run anew by', async () => {
    const inventory = new Inventory();
    const digest = Promise.withResolvers<string>();
    await registrationsOf(() => {
      const mesh = new ImportedMesh(
        'theirs',
        { objects: [service, rule()] },
        { transformations: [inventory.transformation] },
      );
      inventory.await(mesh.group);
      inventory.digest().apply(digest.resolve);
    });
    expect(await digest.promise).toBe(digestOf([service, rule()]));
  });
});
