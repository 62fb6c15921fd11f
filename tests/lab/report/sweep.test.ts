/** A sweep in every format: the same cells as text, as CSV and as pictures. */
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { sweepSpec, sweepSvg } from '../../../lab/report/charts/sweepCharts.ts';
import { csv } from '../../../lab/report/csv.ts';
import { sweepTable } from '../../../lab/report/sweepTable.ts';
import { swept } from './swept.ts';

describe('as text', () => {
  it('has one key as lines', () => {
    expect(sweepTable(swept(1), false)).toBe(`some: 3 cells, 20 seeds each, predicted

maxConnections  answered  95 % of batches  refused      p50      p99
             2        30  20 - 30 %           70 %  1000 ms  2001 ms
             4        50  40 - 50 %           50 %  1000 ms  2001 ms  set now
             8        90  80 - 90 %           10 %  1000 ms  2001 ms

set now: maxConnections 4: 50 % answered

the steepest fall: from 50 % to 30 %, maxConnections 4 to 2
`);
  });

  it('has two keys as a map, with what is set now in brackets', () => {
    expect(sweepTable(swept(3), false)).toContain(`3  50    70  100
2  40  [60]  100
1  30    50   90
    2     4    8
`);
  });

  it('thins out what no terminal shows, and says so', () => {
    const text = sweepTable(swept(60), false);
    expect(text.split('\n').length).toBeLessThan(40);
    expect(text).toContain('not every value is shown');
  });
});

it('as CSV it has a line for each cell', () => {
  const rows = parse(csv.renderers.sweep?.(swept(3), false) ?? '', { columns: true });
  expect(rows).toHaveLength(9);
  expect(rows[4]).toEqual({
    maxConnections: '4',
    http1MaxPendingRequests: '2',
    requests: '10',
    success: '0.6',
    success_p2_5: '0.5',
    success_p50: '0.6',
    success_p97_5: '0.6',
    'client-proxy/pending': '4',
    p50_ms: '1000',
    p90_ms: '1500',
    p99_ms: '2002',
    never_warm: '0',
  });
});

describe('as a picture', () => {
  it.each([
    ['two keys', 3],
    ['one key', 1],
  ])('of %s it draws every panel', async (_, rows) => {
    const svg = await sweepSvg(swept(rows));
    expect(svg).toMatch(/^<svg /);
    for (const text of ['answered', 'refused', 'maxConnections', 'framed: set now']) {
      expect(svg).toContain(text);
    }
  });

  it('says where it is that what is set now is outside', async () => {
    const svg = await sweepSvg(
      swept(3, { current: { maxConnections: '5', http1MaxPendingRequests: '1' } }),
    );
    expect(svg).toContain('set now, outside: maxConnections 5, http1MaxPendingRequests 1');
  });

  it('refuses three keys', () => {
    const three = { ...swept(3), axes: [...swept(3).axes, { key: 'maxRetries', values: ['1'] }] };
    expect(() => sweepSpec(three)).toThrow(
      /--svg: a picture shows one key or two, and 3 are varied/,
    );
  });
});
