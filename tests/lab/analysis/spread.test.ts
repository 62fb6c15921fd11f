/** How close together the requests of a batch left: of each client for itself. */
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../experiment/observation.ts';
import { spreadsOf } from '../../../lab/analysis/spread.ts';
import { experiment } from './judged.ts';
import { request } from './logged.ts';

const sent = (client: string, batch: number, sentMs: number): Request =>
  request({ client, batch, sentMs });

describe('the spread of a batch', () => {
  it('is between the first and the last request of the client that took longest', () => {
    const requests = [
      ...[sent('a', 0, 10), sent('a', 0, 10.25), sent('b', 0, 500), sent('b', 0, 501.5)],
      ...[sent('a', 1, 20), sent('b', 1, 700)],
    ];
    expect(spreadsOf({ experiment: experiment([]), batches: 3, requests })).toEqual([1.5, 0, 0]);
  });

  it('is none where there are no batches', () => {
    const paced = experiment([], { load: 'paced' });
    const requests = [sent('a', 0, 10), sent('a', 0, 500)];
    expect(spreadsOf({ experiment: paced, batches: 1, requests })).toEqual([]);
  });
});
