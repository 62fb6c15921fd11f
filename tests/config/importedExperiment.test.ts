/** What of an experiment somebody's file says, and what the stack says over it. */
import { describe, expect, it } from 'vitest';
import { importedExperimentOf } from '../../config/experiment.ts';
import { loadLine } from '../../experiment/loadLine.ts';
import { configWith } from '../support/project.ts';

const OWN = { name: 'own', status: 200, count: [1, 2] };
const THEIRS = { name: 'theirs', status: 200, count: [3, 4] } as const;

const FILE = {
  description: 'theirs',
  serviceTime: '30ms',
  batches: 4,
  load: loadLine('closed(7)'),
  behaviour: { shop: { serviceTime: '5ms' }, cart: { serviceTime: '6ms' } },
  expect: [{ ...THEIRS, count: [3, 4] as [number, number] }],
};

describe('the experiment of somebody’s manifests', () => {
  it('is as their file says, where the stack says nothing', () => {
    const { load, ...file } = FILE;
    expect(importedExperimentOf('x', configWith({ manifests: 'x' }), FILE)).toMatchObject({
      ...file,
      stack: 'x',
      clientLoad: load.load,
    });
  });

  it('has no service time of the stack: that is its servers’ own', () => {
    expect(importedExperimentOf('x', configWith({ manifests: 'x', serverDelay: '9s' }))).toEqual(
      expect.not.objectContaining({ serviceTime: expect.anything() as unknown }),
    );
  });

  it.each([
    [{ description: 'own' }, { description: 'own' }],
    [{ expect: JSON.stringify([OWN]) }, { expect: [OWN] }],
    [
      { behaviour: '{"shop":"1ms"}' },
      { behaviour: { shop: { serviceTime: '1ms' }, cart: { serviceTime: '6ms' } } },
    ],
  ])('is as the stack says over it: %j', (keys, said) => {
    expect(importedExperimentOf('x', configWith({ manifests: 'x', ...keys }), FILE)).toMatchObject(
      said,
    );
  });

  it('leaves the sending to the stack’s own client, where it has one', () => {
    const config = configWith({ manifests: 'x', url: 'http://shop/' });
    expect(importedExperimentOf('x', config, FILE)).not.toHaveProperty('clientLoad');
  });
});
