/** A server that is to fail, or to be slow, says so in what it is told; the others stay as they are. */
import { expect, it } from 'vitest';
import { SERVER, type ServerBehaviour } from '../../../apps/contract.ts';
import { LabError } from '../../../errors/labError.ts';
import { type Fault, withFaults } from '../../../lab/play/faults.ts';
import { ofObjects } from '../../../lab/play/ofObjects.ts';
import { podId } from '../../../lab/mesh/model.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { join } from 'node:path';
import { ROOT } from '../../support/project.ts';

const PACE = { batches: undefined, timeScale: 1 };

async function meshWith(behaviour: string): Promise<Mesh> {
  const source = await loadSource(undefined, {
    manifests: join(ROOT, 'docs/myths/per-pod'),
    behaviour: [`ratings=${behaviour}`],
  });
  const turner = ofObjects(source, {}, PACE);
  return (await turner.prepared(turner.values)).mesh;
}

function toldOf(mesh: Mesh, pod: string): ServerBehaviour {
  const { runs } = mesh.pods.find((one) => podId(one) === pod) ?? {};
  if (runs?.app !== 'server') throw new LabError(`${pod} is no server`);
  return JSON.parse(runs.env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
}

const faults = (fault: Fault): Map<string, Fault> => new Map([['default/ratings-1', fault]]);

it('fails at all it is asked', async () => {
  const before = await meshWith('200ms');
  const mesh = withFaults(before, faults('failing'));
  expect(toldOf(mesh, 'default/ratings-1')).toEqual({
    serviceTime: '200ms',
    errors: [{ share: 1, status: 502 }],
  });
  expect(toldOf(mesh, 'default/ratings-0')).toEqual(toldOf(before, 'default/ratings-0'));
  // Who is asked through a Service is that very pod.
  const [endpoint] = mesh.services
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ pod }) => pod !== undefined && podId(pod) === 'default/ratings-1');
  expect(endpoint?.pod?.runs).toEqual(
    mesh.pods.find((pod) => podId(pod) === 'default/ratings-1')?.runs,
  );
});

it.each([
  ['200ms', '1s'],
  ['uniform(100ms, 300ms)', '1s'],
])('takes five times as long as %s', async (time, after) => {
  const mesh = withFaults(await meshWith(time), faults('slow'));
  expect(toldOf(mesh, 'default/ratings-1').errors).toEqual([{ share: 1, status: 200, after }]);
});

it.each(['none', 'killed'] as const)('is told nothing where its fault is %s', async (fault) => {
  const mesh = await meshWith('200ms');
  expect(withFaults(mesh, faults(fault)).pods).toEqual(mesh.pods);
});
