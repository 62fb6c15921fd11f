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
};

const LOADS: readonly [LoadMode, told: object, lengthsMs: number[]][] = [
  ['batch', { size: 7, batches: Infinity, intervalMs: 3000 }, [5000, 14_000]],
  ['closed', { workers: 4, requests: 10 }, [6000]],
  ['paced', { requests: 10, intervalMs: 50, maxInFlight: 1000 }, [2500]],
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
