/** An observer that is interrupted, or fails, while the cluster is slow, silent or half way in. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AdminTunnel } from '../../../lab/cluster/adminTunnel.ts';
import { ClusterApi } from '../../../lab/cluster/api.ts';
import { endedBy, loadKubeconfig } from '../../../lab/cluster/kubeconfig.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { startLab } from '../../support/lab.ts';
import { type ApiServer, startApiServer } from './apiServer.ts';
import { recordedPods } from './recorded.ts';
import { temporaryFolder } from '../../support/folder.ts';

const folder = temporaryFolder();
const kubeconfig = join(folder, 'kubeconfig');
const servers: ApiServer[] = [];
let objects: readonly KubernetesObject[];
/** The recorded ones, in the stack's own namespace. */
const pods: V1Pod[] = recordedPods('fail-fast/pods.json');
for (const { metadata } of pods) if (metadata) metadata.namespace = 'circuitbreaker';

beforeAll(async () => {
  ({ objects } = await loadSource('fail-fast', { set: [] }));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answers?: number): Promise<ApiServer> {
  const server = await startApiServer({ objects, pods, ...(answers !== undefined && { answers }) });
  servers.push(server);
  server.writeKubeconfig(kubeconfig);
  return server;
}

/** The calls that it takes until the proxies are reached for: each object, its kind, the pods. */
const CALLS = 25;

describe('lab observe', () => {
  it(
    'ends with 130 and a word, at whatever moment Ctrl-C comes',
    { timeout: 600_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            answers: fc.integer({ min: 0, max: CALLS }),
            laterMs: fc.integer({ min: 0, max: 300 }),
            signal: fc.constantFrom(['SIGINT', 130] as const, ['SIGTERM', 143] as const),
          }),
          async ({ answers, laterMs, signal: [signal, code] }) => {
            const server = await serve(answers);
            const args = ['observe', 'fail-fast', '--kubeconfig', kubeconfig];
            const { child, ended } = startLab(args, folder);
            try {
              await Promise.race([server.silent, ended]);
              await delay(laterMs);
              child.kill(signal);
              const inVain = new AbortController();
              const outcome = await Promise.race([
                ended,
                delay(60_000, 'it hangs', { signal: inVain.signal }).catch(() => undefined),
              ]);
              inVain.abort();
              expect(outcome).toMatchObject({ code });
              const { stderr: said } = await ended;
              expect(said).toMatch(new RegExp(`stopped by ${signal}\n$`));
              expect(said).not.toMatch(/Error|\n {4}at /);
            } finally {
              child.kill('SIGKILL');
            }
          },
        ),
        { numRuns: 6, endOnFailure: true },
      );
    },
  );
});

describe('a way into a pod that is still being opened', () => {
  it('is closed with its tunnel', async () => {
    const server = await serve();
    const tunnel = new AdminTunnel(loadKubeconfig({ kubeconfig }), 'circuitbreaker', 'pyclient');
    const asked = tunnel.get('/clusters');
    await server.silent;
    expect(server.connections.size).toBe(1);
    tunnel.close();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => server.connections.size).toBe(0);
  });
});

describe('a call without an answer', () => {
  it('ends with the signal that the access ends with', async () => {
    const server = await serve(0);
    const end = new AbortController();
    const api = new ClusterApi(endedBy(loadKubeconfig({ kubeconfig }), end.signal), 'fail-fast');
    const asked = api.pods('circuitbreaker');
    await server.silent;
    end.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => server.connections.size).toBe(0);
  });
});
