/** How long a cluster is watched, and what is looked after meanwhile: on an API server that plays one. */
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import type { Observation } from '../../../experiment/observation.ts';
import type { Experiment } from '../../../experiment/experiment.ts';
import { loadKubeconfig } from '../../../lab/cluster/kubeconfig.ts';
import { observeCluster } from '../../../lab/cluster/observe.ts';
import { idOf } from '../../../lab/cluster/podState.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import { type ApiServer, startApiServer } from './apiServer.ts';
import { recordedLines, recordedPods } from './recorded.ts';
import { temporaryFolder } from '../../support/folder.ts';

const INTERVAL_MS = 6000;
const folder = temporaryFolder();
const servers: ApiServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Of two recorded pods, the client's sends these batches, each over one connection more. */
function logsOf(batches: number): (pod: string, container: string) => string[] {
  const [line = ''] = recordedLines('fail-fast/pyclient.access.log');
  const begun = Date.now() + 10_000;
  const requests = Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: batch + 1 }, (__, index) => ({ batch, index })),
  ).flat();
  const idOfRequest = ({ batch, index }: (typeof requests)[number]): string =>
    `00000000-0000-4000-8000-${String(1000 * batch + index).padStart(12, '0')}`;
  return (pod, container) => {
    if (!pod.startsWith('pyclient')) return [];
    if (container === 'istio-proxy') {
      return requests.map((request) =>
        line
          .replace('503 UO upstream_reset_before_response_started{overflow}', '200 - via_upstream')
          .replace(/"[0-9a-f-]{36}"/, `"${idOfRequest(request)}"`)
          .replace(
            /"-" (outbound\S+) - /,
            `"10.244.0.9:5000" $1 10.244.0.8:${5000 + request.index} `,
          ),
      );
    }
    return requests.flatMap(({ batch, index }) => {
      const startedAt = begun + batch * INTERVAL_MS;
      const client = pod;
      const begin = { event: 'batch', client, batch, size: batch + 1, dueAt: startedAt, startedAt };
      const answer = {
        ...{ event: 'response', id: idOfRequest({ batch, index }), client, batch, index },
        ...{ status: 200, sentAt: startedAt, endedAt: startedAt + 5000 },
      };
      return [...(index === 0 ? [begin] : []), answer].map((event) => JSON.stringify(event));
    });
  };
}

interface Watched {
  readonly pods: readonly V1Pod[];
  readonly batches: number;
  readonly pace: Partial<Experiment>;
  readonly more?: readonly KubernetesObject[];
  readonly onProgress?: (kind: string) => void;
}

/** Watches the stack fail-fast, whose client has sent so many batches. */
async function observed(watched: Watched): Promise<Observation> {
  const { pods, batches, pace, more = [], onProgress } = watched;
  const { experiment, digest, ...source } = await loadSource('fail-fast', { set: [] });
  const objects = [...source.objects, ...more];
  const server = await startApiServer({ objects, pods, logOf: logsOf(batches) });
  servers.push(server);
  const file = join(folder, 'kubeconfig');
  server.writeKubeconfig(file);
  const observe = observeCluster(loadKubeconfig({ kubeconfig: file }));
  return observe(
    {
      ...{ objects, mesh: meshOf(source.objects), digest, timeScale: 1 },
      experiment: { ...experiment, ...pace },
    },
    { signal: AbortSignal.timeout(25_000), onProgress: ({ kind }) => onProgress?.(kind) },
  );
}

/** The recorded ones, in the stack's own namespace. */
function recordedMembers(): V1Pod[] {
  const pods = recordedPods('fail-fast/pods.json');
  for (const { metadata } of pods) if (metadata) metadata.namespace = 'circuitbreaker';
  return pods;
}

it('waits for warm batches twice as long as a local run', async () => {
  const pods = recordedMembers();
  const pace = { batches: 0, maxBatches: 2, warmBatches: 1 };
  const seen = await observed({ pods, batches: 6, pace });
  expect(seen.batches).toBe(4);
  expect(seen.requests.every(({ warmUp }) => warmUp)).toBe(true);
});

it('waits for no more than as many as are asked for', async () => {
  const pods = recordedMembers();
  const seen = await observed({ pods, batches: 6, pace: { batches: 3 } });
  expect(seen.batches).toBe(3);
});

it.each<[what: string, after: (gateway: V1Pod) => V1Pod[], fault: RegExp | undefined]>([
  ['a gateway that stays the same is no fault', (gateway) => [gateway], undefined],
  ['a gateway that restarts is named', (gateway) => [restarted(gateway)], /istio-proxy restarted/],
  ['a gateway that is replaced is named', () => [], / is gone$/],
])('%s', async (_, after, fault) => {
  const members = recordedMembers();
  const [gateway] = recordedPods('bad-server-gateway/istio-ingressgateway.pod.json');
  if (gateway === undefined) throw new Error('no gateway was recorded');
  const pods = [...members, gateway];
  const selecting = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'entry', namespace: 'circuitbreaker' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [] },
  };
  const seen = await observed({
    pods,
    batches: 1,
    pace: { batches: 1 },
    more: [selecting],
    onProgress: (kind) => {
      if (kind === 'finished') pods.splice(0, pods.length, ...members, ...after(gateway));
    },
  });
  const own = seen.faults.filter((one) => one.startsWith(`pod ${idOf(gateway)}`));
  expect(own).toEqual(fault === undefined ? [] : [expect.stringMatching(fault)]);
});

function restarted(pod: V1Pod): V1Pod {
  const again = structuredClone(pod);
  for (const status of again.status?.containerStatuses ?? []) status.restartCount += 1;
  return again;
}
