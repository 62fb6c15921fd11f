/** Where the connections of a closed loop lead. */
import { describe, expect, it } from 'vitest';
import { prepare } from '../../../../lab/commands/prepare.ts';
import { modelOf } from '../../../../lab/predict/compile/modelOf.ts';
import { simulate } from '../../../../lab/predict/engine/simulate.ts';
import type { Model } from '../../../../lab/predict/model.ts';

const REQUESTS = 24;

async function closedLoop(workers: number, ...more: string[]): Promise<Model> {
  const set = [
    'load=closed',
    `workers=${workers}`,
    `requests=${REQUESTS}`,
    'serverDelay=50ms',
    ...more,
  ];
  const options = { manifests: [], set, behaviour: [] };
  return modelOf(await prepare('fail-fast', options, { batches: undefined, timeScale: 1 }));
}

describe('two pods behind a Service, without a proxy', () => {
  /** The second pod is known by its answers. */
  const failing = async (workers: number, keepAlive: boolean): Promise<number> => {
    const versions = 'versions={"v1":{},"v2":{"status":502}}';
    const keeps = `serverKeepAlive=${keepAlive}`;
    const model = await closedLoop(workers, 'injection=false', keeps, versions);
    const { status, requests } = simulate(model, 1);
    expect(requests).toBe(REQUESTS);
    return status.subarray(0, requests).filter((one) => one === 502).length;
  };

  it('have a kept connection each, as far as there are workers', async () => {
    expect(await failing(1, true)).toBe(0);
    expect(await failing(2, true)).toBe(REQUESTS / 2);
    expect(await failing(3, true)).toBe(REQUESTS / 3);
  });

  it('are asked in turn where each answer ends its connection', async () => {
    expect(await failing(1, false)).toBe(REQUESTS / 2);
    expect(await failing(2, false)).toBe(REQUESTS / 2);
  });
});

it('has the connections of a client without a proxy lead to the proxies of two pods', async () => {
  const model = await closedLoop(2, 'serverReplicas=2');
  const doors = model.listeners.flatMap(({ proxy }, listener) =>
    model.proxies[proxy]?.role === 'server' ? [{ listener, app: -1 }] : [],
  );
  const { counters } = simulate(
    { ...model, clients: model.clients.map((one) => ({ ...one, doors })) },
    1,
  );
  const inbound = model.clusters.flatMap(({ name }, cluster) =>
    name.startsWith('inbound|') ? [counters[cluster]?.upstream_rq_total] : [],
  );
  expect(inbound).toEqual([REQUESTS / 2, REQUESTS / 2]);
});
