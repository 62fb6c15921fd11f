import type { Pod } from '../../mesh/model.ts';
import { limitsOf, isLimited } from '../words.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, senders, served } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_POOLS, ISTIO_PROXY, shownBy } from '../sources.ts';
import { workersFollow } from '../workers.ts';

const LIMITED = policy({ connectionPool: { tcp: { maxConnections: 1 } } });

export const rule: Rule = {
  id: 'CL010',
  name: 'workers-follow-cpu',
  severity: 'note',
  title: "The proxy's workers follow its CPU limit, and what the limits do follows the workers",
  reason:
    "Where nobody says a concurrency, Envoy runs one worker for each processor of the proxy's CPU limit, and for each " +
    'of the machine where there is no limit. Every worker has connections and a queue of its own: who ' +
    'turns the CPU limit turns the breaker.',
  fix: 'say the concurrency, in the annotation proxy.istio.io/config or in a ProxyConfig',
  sources: [ISTIO_PROXY, ENVOY_POOLS, shownBy('pools are by worker: max-connections')],
  find: (lint) => {
    const limited = limitedServices(lint);
    const seen = new Map(lint.mesh.pods.map((pod) => [`${pod.namespace}/${pod.workload}`, pod]));
    return [...seen.values()].flatMap((pod) => ofWorkload(lint, pod, limited));
  },
  experiment: {
    common: { batches: 3 },
    bad: {
      shows: 'a CPU limit of 4: more than one connection where maxConnections is 1',
      objects: [
        ...served(1, '100ms'),
        senders(1, 8, '1500ms', { 'sidecar.istio.io/proxyCPULimit': '4' }),
        LIMITED,
      ],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_active', of: 'client', peak: [2, 4] },
      ],
    },
    good: {
      shows: 'concurrency 1: one connection',
      objects: [
        ...served(1, '100ms'),
        senders(1, 8, '1500ms', {
          'sidecar.istio.io/proxyCPULimit': '4',
          'proxy.istio.io/config': 'concurrency: 1',
        }),
        LIMITED,
      ],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_active', of: 'client', peak: [1, 1] },
      ],
    },
  },
};

/** The hosts whose connections or waiting requests are limited. */
function limitedServices({ clusters, isReached }: LintMesh): Map<string, string> {
  return new Map(
    clusters.flatMap((cluster) => {
      const { connections, pending } = limitsOf(cluster.pool?.value);
      const isMeant = isLimited(connections) || isLimited(pending);
      return isMeant && isReached(cluster) ? [[cluster.service.host, cluster.service.name]] : [];
    }),
  );
}

function ofWorkload(lint: LintMesh, pod: Pod, limited: ReadonlyMap<string, string>): Hit[] {
  if (pod.proxy !== 'sidecar') return [];
  const follows = workersFollow(lint.mesh, pod);
  if (follows === undefined) return [];
  const called = [...limited].find(([host]) =>
    lint.callers
      .of({ host } as Parameters<typeof lint.callers.of>[0])
      .some(
        (caller) => caller.pod.workload === pod.workload && caller.pod.namespace === pod.namespace,
      ),
  );
  if (called === undefined) return [];
  const kind = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod'].find((one) =>
    lint.objectAt({ kind: one, namespace: pod.namespace, name: pod.workload }),
  );
  if (kind === undefined) return [];
  const path =
    kind === 'Pod' ? ['metadata', 'annotations'] : ['spec', 'template', 'metadata', 'annotations'];
  return [
    {
      at: { kind, namespace: pod.namespace, name: pod.workload, path },
      sentence:
        `its proxy runs ${follows}, as no concurrency is said, and the limits of ${called[1]} are kept by each worker for ` +
        'itself: who turns the CPU limit turns what the breaker does',
    },
  ];
}
