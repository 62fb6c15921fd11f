/**
 * Clusters that change while their Envoy runs: it reads them from a file in its own folder, and again
 * whenever another one is moved there (envoyproxy.io, xDS from the file system).
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { environmentError } from '../../errors/labError.ts';
import type { EnvoyAdmin } from '../../envoy/admin.ts';

/** envoyGuard.sh makes it, empty. */
const FILE = 'clusters.json';

interface Bootstrap {
  readonly static_resources: { readonly clusters: readonly object[] };
}

/** The bootstrap with no clusters of its own. */
export function withLiveClusters(bootstrap: object): object {
  return {
    ...withoutClusters(bootstrap),
    dynamic_resources: {
      cds_config: {
        resource_api_version: 'V3',
        // Envoy runs in its folder.
        path_config_source: { path: FILE, watched_directory: { path: '.' } },
      },
    },
  };
}

/** Whether two bootstraps differ in their clusters at most. */
export function haveSameRest(a: object | undefined, b: object | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isDeepStrictEqual(withoutClusters(a), withoutClusters(b));
}

function withoutClusters(bootstrap: object): object {
  const { static_resources: resources, ...rest } = bootstrap as Bootstrap;
  return { ...rest, static_resources: { ...resources, clusters: [] } };
}

/** What of an Envoy is needed to give it clusters. */
export interface Receiver {
  readonly child: { readonly name: string };
  readonly folder: string;
  readonly admin: Pick<EnvoyAdmin, 'stats'>;
}

/** What Envoy says of the files that it has read. */
const TOLD = '^cluster_manager\\.cds\\.update_(success|rejected)$';

const LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 10;

/**
 * Gives the clusters of a bootstrap to an Envoy that runs with it, and waits until it has taken them.
 *
 * @throws LabError where it refuses them, or says nothing within 20 s
 */
export async function setClusters(envoy: Receiver, bootstrap: object): Promise<void> {
  const { admin, child, folder } = envoy;
  const counted = async (which: 'success' | 'rejected'): Promise<number> =>
    (await admin.stats(TOLD)).get(`cluster_manager.cds.update_${which}`) ?? 0;
  const before = { taken: await counted('success'), refused: await counted('rejected') };
  const draft = join(folder, `${FILE}.part`);
  await writeFile(draft, JSON.stringify(clustersFile(bootstrap)));
  await rename(draft, join(folder, FILE));
  const until = Date.now() + LIMIT_MS;
  while (Date.now() < until) {
    if ((await counted('success')) > before.taken) return;
    if ((await counted('rejected')) > before.refused) {
      throw environmentError(`${child.name} refused the clusters that it was sent`);
    }
    await delay(LOOK_EVERY_MS);
  }
  throw environmentError(`${child.name} did not read its clusters within ${LIMIT_MS / 1000} s`);
}

/** As Envoy reads it: envoy.service.discovery.v3.DiscoveryResponse. */
export function clustersFile(bootstrap: object): object {
  return {
    resources: (bootstrap as Bootstrap).static_resources.clusters.map((cluster) => ({
      '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      ...cluster,
    })),
  };
}
