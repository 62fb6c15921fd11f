/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import { explain } from '../../../../lab/analysis/explanation/explain.ts';
import type { Cluster, Observation } from '../../../../experiment/observation.ts';
import { cluster, limits, proxy } from '../logged.ts';
import { observation } from '../observed.ts';

export type Given = Parameters<typeof observation>[0];

export type Case = [what: string, given: Given, sentences: string[]];

export const said = (given: Given): string[] => explain(observation(given));

export const fiveAndOne = limits({ max_connections: 5, max_pending_requests: 1 });

export const HOST = 'pyserver.circuitbreaker.svc.cluster.local';

/** A cluster of a subset of the service. */
export function subset(name: string, given: Partial<Cluster> = {}): Cluster {
  return cluster({ name: `outbound|80|${name}|${HOST}`, ...given });
}

/** A client's proxy with these clusters. */
export function clientWith(...clusters: Cluster[]): Observation['proxies'][number] {
  return { ...proxy(), clusters };
}
