/** Which endpoint of a cluster a request goes to: chosen before its pool, and never again. */
import { type Model, NONE } from '../model.ts';
import type { ClusterState } from './clusters.ts';
import type { Hosts } from './hosts.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import type { Visit } from './state.ts';
import { hasTried } from './visits.ts';

/** Envoy's overprovisioning factor: a priority takes all the load while this times its health is one. */
const OVERPROVISIONING = 1.4;

export class Balancer {
  readonly #draws: Draws;
  readonly #hosts: Hosts;
  /** By cluster, and then by the worker of its proxy. */
  #turns: readonly Int32Array[] = [];

  constructor(draws: Draws, hosts: Hosts) {
    this.#draws = draws;
    this.#hosts = hosts;
  }

  configure({ clusters, proxies }: Model): void {
    this.#turns = clusters.map(({ proxy }) => new Int32Array(proxies[proxy]?.workers ?? 1));
  }

  reset(): void {
    // Each worker's balancer begins at some endpoint.
    let count = 0;
    for (const turns of this.#turns) {
      for (let worker = 0; worker < turns.length; worker += 1) {
        turns[worker] = this.#draws.bits(count, PURPOSE.firstChoice) >>> 8;
        count += 1;
      }
    }
  }

  /**
   * @param again how often another one may be chosen in place of one that was tried
   * @param key of the hash; of no use to other policies
   * @returns the endpoint's index; NONE where none may be called
   */
  choose(visit: Visit, cluster: ClusterState, again: number, key: number): number {
    const { length: all } = cluster.endpoints;
    let { healthy } = cluster;
    if (all === 0) return NONE;
    if (healthy !== null && healthy.length / all < cluster.is.panicShare) healthy = null;
    if (cluster.hasPriorities) healthy = this.#inPriority(cluster.is.priorities, healthy, visit);
    const count = healthy === null ? all : healthy.length;
    if (count === 0) return NONE;
    let host = NONE;
    for (let choice = 0; choice <= again; choice += 1) {
      host = this.#one(visit, cluster, choice, key, healthy, count);
      if (again === 0 || !hasTried(visit, host)) return host;
    }
    return host;
  }

  #one(
    { worker, who, draw: stamp }: Visit,
    cluster: ClusterState,
    choice: number,
    key: number,
    healthy: Int32Array | null,
    count: number,
  ): number {
    const { balancer } = cluster;
    if (balancer === 'round-robin') {
      const turn = add(this.#turns[cluster.index] as Int32Array, worker.own, 1);
      return nth(healthy, (turn >>> 0) % count);
    }
    if (count === 1) return nth(healthy, 0);
    if (balancer === 'hash') return this.#byHash(key, healthy, count);
    const draw = stamp + (choice << 20);
    const first = nth(healthy, this.#draws.index(count, who, draw | PURPOSE.firstChoice));
    if (balancer !== 'least-request') return first;
    // Both may be the same one; of equals the first (least_request_lb.cc).
    const second = nth(healthy, this.#draws.index(count, who, draw | PURPOSE.secondChoice));
    return this.#hosts.active(cluster, second) < this.#hosts.active(cluster, first)
      ? second
      : first;
  }

  /** As a ring does: the same key has the same endpoint while that is there. */
  #byHash(key: number, healthy: Int32Array | null, count: number): number {
    let best = NONE;
    let most = -1;
    for (let index = 0; index < count; index += 1) {
      const host = nth(healthy, index);
      const rank = this.#draws.bits(key, (host << 4) | PURPOSE.firstChoice) >>> 0;
      if (rank > most) {
        most = rank;
        best = host;
      }
    }
    return best;
  }

  /** Those of the priority that the request falls to, by how healthy each is. */
  #inPriority(priorities: readonly number[], healthy: Int32Array | null, visit: Visit): Int32Array {
    const levels = 1 + Math.max(...priorities);
    const alive = (host: number): boolean => healthy === null || healthy.includes(host);
    const health = Array.from({ length: levels }, (_, level) => {
      const own = priorities.flatMap((priority, host) => (priority === level ? [host] : []));
      const some = own.filter(alive);
      return {
        some,
        share: Math.min(1, (OVERPROVISIONING * some.length) / Math.max(1, own.length)),
      };
    });
    const total = Math.min(
      1,
      health.reduce((sum, { share }) => sum + share, 0),
    );
    let left = total * this.#draws.share(visit.who, visit.draw | PURPOSE.priority);
    const level = health.find(({ share }) => (left -= share) < 0) ?? health[0];
    return Int32Array.from(level?.some ?? []);
  }
}

function nth(healthy: Int32Array | null, index: number): number {
  return healthy === null ? index : (healthy[index] as number);
}
