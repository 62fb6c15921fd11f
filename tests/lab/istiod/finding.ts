/** Finding a cluster, and its breakers, in what a proxy is sent. */
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { Cluster, ClusterThresholds } from '../../../envoy/messages.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { podNamed } from '../mesh/objects.ts';

export function cluster(mesh: Mesh, pod: string, name: string): Cluster {
  const found = proxyConfig(mesh, podNamed(mesh, pod)).clusters.find(
    (candidate) => candidate.name === name,
  );
  if (found === undefined) throw new TypeError(`no cluster ${name}`);
  return found;
}

export function thresholds({ circuit_breakers }: Cluster): ClusterThresholds {
  if (circuit_breakers === undefined) throw new TypeError('no circuit breakers');
  return circuit_breakers.thresholds[0];
}
