/**
 * When a proxy's endpoints were ejected and came back, from readings that are some time apart. What
 * lasted shorter than that no reading shows, but Envoy's counter of ejections has grown by it.
 */
import type { ClusterStatus, HostStatus } from '../../envoy/admin.ts';

/** A change of an endpoint's health; the first is what it was found with. */
export interface HealthReading {
  /** Epoch ms. */
  readonly at: number;
  readonly ejected: boolean;
}

/** Ejections that a cluster has enforced so far; undefined where the proxy keeps no such counter. */
export type Ejections = (cluster: string) => number | undefined;

interface Endpoint {
  readonly health: HealthReading[];
  /** Requests and connections that were tried so far. */
  tried: number;
}

interface Watched {
  readonly endpoints: Map<string, Endpoint>;
  /** Ejections that the counter knows of and `health` does not; below 0, the other way round. */
  hidden: number;
  /** Those of them that could not be put down to an endpoint. */
  unplaced: number;
  /** The counter at the last reading. */
  counted: number | undefined;
}

export class HealthRecord {
  readonly #clusters = new Map<string, Watched>();
  #readAt = 0;

  /**
   * Takes a reading. The counters are to be read before the clusters: then whatever they count has
   * happened by the time that the hosts were looked at. For the first reading it is the other way
   * round, or an ejection between the two would be counted twice.
   *
   * @param at epoch ms
   */
  read(at: number, clusters: readonly ClusterStatus[], ejections: Ejections): void {
    for (const { name, hosts } of clusters) {
      const counted = ejections(name);
      const known = this.#clusters.get(name);
      const watched: Watched = known ?? { endpoints: new Map(), hidden: 0, unplaced: 0, counted };
      this.#clusters.set(name, watched);
      watched.hidden += (counted ?? 0) - (watched.counted ?? counted ?? 0);
      watched.counted = counted;
      const unchanged = hosts.filter((host) => !this.#changed(watched, host, at));
      this.#place(watched, unchanged, at);
      // Whatever is left is of an endpoint that has changed besides: it is not to be sought later.
      watched.unplaced += Math.max(0, watched.hidden);
      watched.hidden = Math.min(0, watched.hidden);
      for (const host of hosts) {
        const endpoint = watched.endpoints.get(host.address);
        if (endpoint !== undefined) endpoint.tried = triedBy(host);
      }
    }
    this.#readAt = at;
  }

  /** What became of an endpoint, in the order of time. */
  of(cluster: string, address: string): readonly HealthReading[] {
    return this.#clusters.get(cluster)?.endpoints.get(address)?.health ?? [];
  }

  /** Ejections of a cluster's endpoints of which it is not known whom they met. */
  unplacedIn(cluster: string): number {
    return this.#clusters.get(cluster)?.unplaced ?? 0;
  }

  #changed(watched: Watched, { address, ejected, ...host }: HostStatus, at: number): boolean {
    const endpoint = watched.endpoints.get(address);
    if (endpoint === undefined) {
      const found = { health: [{ at, ejected }], tried: triedBy(host) };
      watched.endpoints.set(address, found);
      return true;
    }
    if (endpoint.health.at(-1)?.ejected === ejected) return false;
    endpoint.health.push({ at, ejected });
    if (ejected) watched.hidden -= 1;
    return true;
  }

  /**
   * An ejection that is not to be seen met an endpoint that looks as it did before and was asked
   * meanwhile: one that was ejected has returned, as an ejected one is asked for nothing; one that
   * was well has returned again. Where several may be meant, none is.
   */
  #place(watched: Watched, unchanged: readonly HostStatus[], at: number): void {
    if (watched.hidden <= 0) return;
    const asked = unchanged.flatMap((host) => {
      const endpoint = watched.endpoints.get(host.address);
      return endpoint !== undefined && triedBy(host) > endpoint.tried ? [{ host, endpoint }] : [];
    });
    const returned = asked.filter(({ host }) => host.ejected);
    const meant = returned.length > 0 ? returned : asked;
    if (meant.length > watched.hidden) return;
    for (const { host, endpoint } of meant) {
      // It was otherwise at some moment in between: at the most, all of that time.
      endpoint.health.push(
        { at: this.#readAt + 1, ejected: !host.ejected },
        { at, ejected: host.ejected },
      );
      watched.hidden -= 1;
    }
  }
}

function triedBy({ stats }: Pick<HostStatus, 'stats'>): number {
  return (stats['rq_total'] ?? 0) + (stats['cx_connect_fail'] ?? 0);
}
