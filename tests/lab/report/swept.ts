/** A sweep made by hand, of as many cells as a test wants. */
import { type Sweep, sweep as schema } from '../../../experiment/sweep.ts';

/** Twice as many connections answer twice as many, up to all. */
export function swept(
  rows: number,
  given: Partial<Sweep> = {},
  x: readonly string[] = ['2', '4', '8'],
): Sweep {
  const y = Array.from({ length: rows }, (_, index) => `${index + 1}`);
  const cells = x.flatMap((connections) =>
    y.map((pending) => {
      const mean = Math.min(1, (Number(connections) + Number(pending)) / 10);
      return {
        settings: {
          maxConnections: connections,
          ...(rows > 1 && { http1MaxPendingRequests: pending }),
        },
        requests: 10,
        success: { mean, p2_5: mean - 0.1, p50: mean, p97_5: mean },
        refused: { 'client-proxy/pending': 10 - 10 * mean },
        latency: { p50: 1000, p90: 1500, p99: 2000 + Number(pending) },
        neverWarm: 0,
      };
    }),
  );
  return schema.parse({
    stack: 'some',
    timeScale: 1,
    source: 'prediction',
    seeds: 20,
    firstSeed: 0,
    axes: [
      { key: 'maxConnections', values: x },
      ...(rows > 1 ? [{ key: 'http1MaxPendingRequests', values: y }] : []),
    ],
    current: { maxConnections: '4', ...(rows > 1 && { http1MaxPendingRequests: '2' }) },
    objectives: [],
    cells,
    cliff: {
      key: 'maxConnections',
      from: cells[rows]?.settings,
      to: cells[0]?.settings,
      success: [0.5, 0.3],
    },
    leftOut: [],
    ...given,
  });
}
