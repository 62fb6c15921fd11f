/** What a run foretells, under Pulumi's mocks: of the very objects that it will run, and at nobody's cost. */
import * as pulumi from '@pulumi/pulumi';
import { expect, it } from 'vitest';
import { ExperimentRun, type Foretelling } from '../../components/experimentRun.ts';
import { Inventory } from '../../components/inventory.ts';
import { RecordFolder } from '../../components/recordFolder.ts';
import { MeshNamespace } from '../../components/meshNamespace.ts';
import { registrationsOf } from '../support/registrations.ts';

/** The output `prediction` of a run whose predictor does this. */
async function predictionBy(
  foretell?: (objects: readonly unknown[]) => Promise<Foretelling>,
): Promise<unknown> {
  let known: unknown = 'never';
  await registrationsOf(() => {
    const inventory = new Inventory();
    new MeshNamespace('shop', {}, { transformations: [inventory.transformation] });
    const folder = new RecordFolder('record', '/nowhere');
    const { prediction } = new ExperimentRun('run', {
      ...{ inventory, folder },
      ...(foretell && { foretell }),
    });
    known = undefined;
    pulumi.output(prediction).apply((value) => {
      known = value;
    });
  });
  return known;
}

it('is asked of the objects, and known in a preview', async () => {
  const asked: unknown[] = [];
  const prediction = await predictionBy((objects) => {
    asked.push(...objects);
    return Promise.resolve({ lines: [], prediction: { 'answered/1': '5 (4 - 6)' } });
  });
  expect(prediction).toEqual({ 'answered/1': '5 (4 - 6)' });
  expect(asked).toMatchObject([{ kind: 'Namespace' }]);
});

it('that fails is said, and fails nothing', async () => {
  expect(await predictionBy(() => Promise.reject(new Error('no such file')))).toEqual({
    problem: 'no such file',
  });
});

it('is no output where nothing is foretold', async () => {
  expect(await predictionBy()).toBeUndefined();
});
