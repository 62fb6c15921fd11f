/** What is known of a mesh beside its objects. */
import type { Behaviours } from '../../experiment/behaviour.ts';
import type { GivenMeshConfig } from './meshConfig.ts';
import type { Load } from '../../experiment/load.ts';

export interface Given {
  /** The mesh's own configuration; Istio's default profile where it is not given. */
  readonly meshConfig?: GivenMeshConfig | undefined;
  /** How workloads behave, by patterns of their names. */
  readonly behaviour?: Behaviours | undefined;
  /** Worker threads of every Envoy, whatever the objects say. */
  readonly proxyConcurrency?: number | undefined;
  /** What the clients send, in place of what their images or variables say. */
  readonly load?: Load | undefined;
  /** Of a workload that sends though nothing in it says so: `namespace/name`. */
  readonly sender?: string | undefined;
  /** How many pods a Deployment has that is made up, by its name. */
  readonly replicas?: Readonly<Record<string, number>> | undefined;
  /** By how much the objects' times were shrunk, and what is given is shrunk too: 1 for not at all. */
  readonly timeScale?: number;
}
