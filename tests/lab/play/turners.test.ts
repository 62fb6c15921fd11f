/** What is turned reaches what istiod would send, of a stack and of somebody's manifests. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENT, SERVER } from '../../../apps/contract.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import { withBoundedLoads } from '../../../lab/play/liveLoad.ts';
import { ofObjects } from '../../../lab/play/ofObjects.ts';
import { ofStack } from '../../../lab/play/ofStack.ts';
import type { Values } from '../../../lab/play/settings.ts';
import type { Turner } from '../../../lab/play/turner.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { ROOT } from '../../support/project.ts';

const PACE = { batches: undefined, timeScale: 1 };

async function turned(turner: Turner, values: Partial<Values>): Promise<Mesh> {
  return (await turner.prepared({ ...turner.values, ...values })).mesh;
}

/** Of the client's proxy, for what it calls. */
function clusterIn(mesh: Mesh, service: string) {
  const client = mesh.pods.find(({ runs }) => runs.app === 'client');
  if (client === undefined) throw new TypeError('no client');
  return proxyConfig(mesh, client).clusters.find(({ name }) =>
    name.startsWith(`outbound|80||${service}.`),
  );
}

const variablesOf = (mesh: Mesh, app: 'client' | 'server'): Readonly<Record<string, string>>[] =>
  mesh.pods.flatMap(({ runs }) => (runs.app === app ? [runs.env] : []));

describe('a stack', () => {
  it('has its keys turned, each reaching what it is of', async () => {
    const turner = await ofStack('fail-fast', {}, PACE);
    expect(turner.values).toMatchObject({ maxConnections: '5', http1MaxPendingRequests: '1' });
    const mesh = await turned(turner, {
      ...{ maxConnections: '2', 'outlierDetection.consecutive5xxErrors': '3' },
      ...{ serverDelay: '300ms', batchSize: '7', clientReplicas: '2', serverReplicas: '3' },
    });
    const cluster = clusterIn(mesh, 'pyserver');
    expect(cluster?.circuit_breakers?.thresholds[0]).toMatchObject({ max_connections: 2 });
    expect(cluster?.outlier_detection).toMatchObject({ consecutive_5xx: 3 });
    expect(variablesOf(mesh, 'server').map((env) => env[SERVER.delay])).toEqual(
      Array(3).fill('300ms'),
    );
    expect(variablesOf(mesh, 'client').map((env) => env[CLIENT.batchSize])).toEqual(['7', '7']);
    expect(turner.copied({ ...turner.values, maxConnections: '2' })).toBe(
      'pulumi config set -s fail-fast maxConnections 2',
    );
  });

  it('keeps what the command line has set, and copies it as well', async () => {
    const turner = await ofStack('fail-fast', { set: ['maxConnections=3'] }, PACE);
    expect(turner.values.maxConnections).toBe('3');
    const mesh = await turned(turner, { batchSize: '7' });
    expect(clusterIn(mesh, 'pyserver')?.circuit_breakers?.thresholds[0]).toMatchObject({
      max_connections: 3,
    });
    expect(turner.copied(turner.values)).toBe('pulumi config set -s fail-fast maxConnections 3');
  });

  it('of a stand-alone Envoy says why its limits cannot be turned', async () => {
    const { cannot } = await ofStack('envoy-lab', {}, PACE);
    expect(cannot.maxConnections).toContain('envoyCircuitBreakers');
    expect(cannot.workers).toBeUndefined();
  });

  it('refuses a value before anything is made of it', async () => {
    const turner = await ofStack('fail-fast', {}, PACE);
    await expect(turned(turner, { maxConnections: 'many' })).rejects.toThrow(
      "fail-fast: maxConnections: 'many' is not allowed",
    );
  });
});

describe('manifests', () => {
  const source = loadSource(undefined, { manifests: join(ROOT, 'docs/myths/per-pod') });

  it('have their rule turned, their load and their service time', async () => {
    const turner = ofObjects(await source, {}, PACE);
    expect(turner.values).toMatchObject({ maxConnections: '6', load: 'batch', batchSize: '20' });
    const mesh = await turned(turner, {
      ...{ maxConnections: '2', http1MaxPendingRequests: '0', serverDelay: '30ms' },
      ...{ load: 'closed', workers: '4' },
    });
    const [limits] = clusterIn(mesh, 'ratings')?.circuit_breakers?.thresholds ?? [];
    expect(limits).toMatchObject({ max_connections: 2, max_pending_requests: 4_294_967_295 });
    expect(variablesOf(mesh, 'client')).toMatchObject([
      { [CLIENT.mode]: 'closed', [CLIENT.workers]: '4' },
    ]);
    for (const env of variablesOf(mesh, 'server')) {
      expect(JSON.parse(env[SERVER.behaviour] ?? '{}')).toMatchObject({ serviceTime: '30ms' });
    }
    const copied = turner.copied({ ...turner.values, maxConnections: '2' });
    expect(copied).toMatch(/^ *maxConnections: 2$/m);
    expect(copied).toMatch(/^kind: DestinationRule$/m);
  });

  it('cannot have another number of pods, nor become a stack', async () => {
    const turner = ofObjects(await source, {}, PACE);
    expect(turner.cannot).toMatchObject({ serverReplicas: 'the manifests say how many there are' });
    expect(() => turner.save('mine', turner.values)).toThrow("'mine' cannot be a stack");
  });

  it('without a rule say that there is none to be turned', async () => {
    const without = await loadSource(undefined, {
      manifests: join(ROOT, 'tests/support/theirs/shop.yaml'),
    });
    const turner = ofObjects(without, {}, PACE);
    expect(turner.cannot.maxConnections).toContain('have none: add one');
    expect(turner.copied(turner.values)).toBe(
      '# there is no one DestinationRule that could be copied',
    );
  });
});

it('a closed load is kept to what one machine can watch, its clients together', async () => {
  const turner = await ofStack('fail-fast', {}, PACE);
  const mesh = withBoundedLoads(await turned(turner, { load: 'closed', clientReplicas: '4' }));
  expect(variablesOf(mesh, 'client').map((env) => env[CLIENT.rate])).toEqual(Array(4).fill('50/s'));
  const batches = withBoundedLoads(await turned(turner, {}));
  expect(variablesOf(batches, 'client').map((env) => env[CLIENT.rate])).toEqual([undefined]);
});
