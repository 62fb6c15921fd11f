/** Which endpoint of a cluster a request goes to: chosen before its pool, and never again. */
import { type Model, NONE, type Balancer as Policy } from '../model.ts';
import type { ClusterState } from './clusters.ts';
import type { Hosts } from './hosts.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import type { Visit } from './state.ts';
import { hasTried } from './visits.ts';

const POLICIES: readonly Policy[] = ['least-request', 'round-robin', 'random', 'hash'];
const LEAST_REQUEST = 0;
const ROUND_ROBIN = 1;
const HASH = 3;

/** Envoy's overprovisioning factor: a priority takes all the load while this times its health is one. */
const OVERPROVISIONING = 1.4;

export class Balancer {
  readonly #draws: Draws;
  readonly #hosts: Hosts;
  #policies = new Uint8Array(0);
  #panic = new Float64Array(0);
  #priorities: (readonly number[])[] = [];
  /** Where each cluster's workers have their turns. */
  #turnBases = new Int32Array(0);
  #turns = new Int32Array(0);

  constructor(draws: Draws, hosts: Hosts) {
    this.#draws = draws;
    this.#hosts = hosts;
  }

  configure({ clusters, proxies }: Model): void {
    this.#policies = Uint8Array.from(clusters, ({ balancer }) => POLICIES.indexOf(balancer));
    this.#panic = Float64Array.from(clusters, ({ panicShare }) => panicShare);
    this.#priorities = clusters.map(({ priorities }) => priorities);
    this.#turnBases = new Int32Array(clusters.length);
    let base = 0;
    clusters.forEach(({ proxy }, cluster) => {
      this.#turnBases[cluster] = base;
      base += proxies[proxy]?.workers ?? 1;
    });
    this.#turns = new Int32Array(base);
  }

  reset(): void {
    // Each worker's balancer begins at some endpoint.
    for (let turn = 0; turn < this.#turns.length; turn += 1) {
      this.#turns[turn] = this.#draws.bits(turn, PURPOSE.firstChoice) >>> 8;
    }
  }

  /** Whether it wants a key to choose. */
  isByHash({ index }: ClusterState): boolean {
    return this.#policies[index] === HASH;
  }

  /**
   * @param again how often another one may be chosen in place of one that was tried
   * @param key of the hash; of no use to other policies
   * @returns NONE where no endpoint may be called
   */
  choose(visit: Visit, again: number, key: number): number {
    const { cluster } = visit;
    const all = this.#hosts.counts[cluster.index] as number;
    let healthy = this.#hosts.healthy(cluster);
    if (all === 0) return NONE;
    if (healthy !== undefined && healthy.length / all < (this.#panic[cluster.index] as number)) {
      healthy = undefined;
    }
    const priorities = this.#priorities[cluster.index] as readonly number[];
    if (priorities.length > 0) healthy = this.#inPriority(priorities, healthy, visit);
    const count = healthy === undefined ? all : healthy.length;
    if (count === 0) return NONE;
    let host = NONE;
    for (let choice = 0; choice <= again; choice += 1) {
      host = this.#one(visit, choice, key, healthy, count);
      if (again === 0 || !hasTried(visit, host)) return host;
    }
    return host;
  }

  #one(
    { cluster, worker, who, draw: stamp }: Visit,
    choice: number,
    key: number,
    healthy: Int32Array | undefined,
    count: number,
  ): number {
    const policy = this.#policies[cluster.index] as number;
    if (policy === ROUND_ROBIN) {
      const turn = add(this.#turns, (this.#turnBases[cluster.index] as number) + worker.own, 1);
      return nth(healthy, (turn >>> 0) % count);
    }
    if (count === 1) return nth(healthy, 0);
    if (policy === HASH) return this.#byHash(key, healthy, count);
    const draw = stamp + (choice << 20);
    const first = nth(healthy, this.#draws.index(count, who, draw | PURPOSE.firstChoice));
    if (policy !== LEAST_REQUEST) return first;
    // Both may be the same one; of equals the first (least_request_lb.cc).
    const second = nth(healthy, this.#draws.index(count, who, draw | PURPOSE.secondChoice));
    return this.#hosts.active(cluster, second) < this.#hosts.active(cluster, first)
      ? second
      : first;
  }

  /** As a ring does: the same key has the same endpoint while that is there. */
  #byHash(key: number, healthy: Int32Array | undefined, count: number): number {
    let best = NONE;
    let most = -1;
    for (let index = 0; index < count; index += 1) {
      const host = nth(healthy, index);
      const rank = this.#draws.bits(key, (host << 4) | PURPOSE.firstChoice);
      if (rank > most) {
        most = rank;
        best = host;
      }
    }
    return best;
  }

  /** Those of the priority that the request falls to, by how healthy each is. */
  #inPriority(
    priorities: readonly number[],
    healthy: Int32Array | undefined,
    visit: Visit,
  ): Int32Array {
    const levels = 1 + Math.max(...priorities);
    const alive = (host: number): boolean => healthy === undefined || healthy.includes(host);
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

function nth(healthy: Int32Array | undefined, index: number): number {
  return healthy === undefined ? index : (healthy[index] as number);
}
