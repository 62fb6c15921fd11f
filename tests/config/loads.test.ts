/** What a stack's keys say of each way to send, and that the client understands it. */
import { expect, it } from 'vitest';
import { LOAD_MODES, type LoadMode } from '../../apps/contract.ts';
import { readClientSettings } from '../../apps/client/settings.ts';
import { Env } from '../../apps/common/env.ts';
import { loadLengthsMs, loadVariables } from '../../config/loads.ts';
import { configWith } from '../support/project.ts';

const KEYS = {
  ...{ serverDelay: '2s', batchSize: '7', batchInterval: '3s', batches: '0', warmBatches: '2' },
  ...{ maxBatches: '5', workers: '4', requests: '10', requestInterval: '50ms' },
  ...{ requestRate: '20/s', rateSteps: '10/s for 1s, 0/s for 500ms', sendAt: '0ms, 7ms' },
};

const OPEN = { durationMs: Infinity, maxInFlight: 1000 };

const LOADS: readonly [LoadMode, told: object, lengthsMs: number[]][] = [
  ['batch', { size: 7, batches: Infinity, intervalMs: 3000, spreadMs: 0 }, [5000, 14_000]],
  [
    'closed',
    { workers: 4, requests: 10, threads: 1, durationMs: Infinity, perSecond: Infinity },
    [6000],
  ],
  ['paced', { ...OPEN, requests: 10, intervalMs: 50 }, [2500]],
  ['poisson', { ...OPEN, requests: 10, perSecond: 20, seed: undefined }, [2500]],
  [
    'steps',
    {
      ...OPEN,
      requests: Infinity,
      steps: [
        { perSecond: 10, forMs: 1000 },
        { perSecond: 0, forMs: 500 },
      ],
    },
    [3500],
  ],
  ['replay', { ...OPEN, requests: 2, sendAtMs: [0, 7] }, [2007]],
];

it.each(LOADS)('a %s load is what its keys say', (load, told, lengthsMs) => {
  const config = configWith({ ...KEYS, load });
  expect(readClientSettings(new Env(loadVariables(config))).load.settings).toEqual(told);
  expect(loadLengthsMs(config)).toEqual(lengthsMs);
});

it('takes as many batches as are asked for, and no batch less than the service time', () => {
  const config = configWith({ ...KEYS, load: 'batch', batches: '3', batchInterval: '1s' });
  expect(loadLengthsMs(config)).toEqual([6000]);
});

it('knows every load', () => {
  expect(LOADS.map(([load]) => load)).toEqual(LOAD_MODES);
});
