/** A proxy's gauges and its count of ejections, read again and again while traffic runs through it. */
import type { EnvoyAdmin } from '../../envoy/admin.ts';
import { GAUGES } from '../../envoy/statistics.ts';
import { byCluster, type Counters, filterOf } from './clusterStatistics.ts';

export const EJECTIONS = 'outlier_detection.ejections_enforced_total';

const FILTER = filterOf([...GAUGES, EJECTIONS]);

/**
 * Of a proxy that keeps all statistics only those are asked for that were ever set, after the first time:
 * a reading takes Envoy half the time then. The others are 0 still.
 */
export class GaugeReader {
  readonly #admin: EnvoyAdmin;
  readonly #keepsAll: boolean;
  /** What is there to be read, each as 0. */
  #zeros: Counters | undefined;

  /** @param keepsAll whether none of its statistics is switched off, and its clusters stay as they are */
  constructor(admin: EnvoyAdmin, keepsAll: boolean) {
    this.#admin = admin;
    this.#keepsAll = keepsAll;
  }

  async read(): Promise<Counters> {
    const zeros = this.#zeros;
    const read = byCluster(await this.#admin.stats(FILTER, { isUsed: zeros !== undefined }));
    if (zeros !== undefined) {
      return new Map([...zeros].map(([name, all]) => [name, { ...all, ...read.get(name) }]));
    }
    if (this.#keepsAll) this.#zeros = new Map([...read].map(([name, all]) => [name, zerosOf(all)]));
    return read;
  }

  /** Envoy counts ejections where it ejects at all (envoyproxy.io, Outlier detection). */
  get mayEject(): boolean {
    const zeros = this.#zeros;
    return zeros === undefined || [...zeros.values()].some((all) => EJECTIONS in all);
  }
}

function zerosOf(all: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.keys(all).map((name) => [name, 0]));
}
