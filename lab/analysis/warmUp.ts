/**
 * Which batches were warm. A request that needs a new connection takes a pending slot while it
 * connects, so a pool that still grows refuses more than one that has its connections
 * (envoyproxy/envoy#11326). A pool grows in a batch that uses more connections than any before it;
 * a connection that only replaces one that was closed is no growth. Warm are the first batch in
 * which no pool grew, and all after it.
 */

/** A connection that a proxy used for a request of a batch. */
export interface ConnectionUse {
  readonly batch: number;
  readonly proxy: string;
  /** The proxy's own end of the connection names it. */
  readonly connection: string;
}

/** The number of the first warm batch; `batches` where none was. */
export function firstWarmBatch(batches: number, uses: readonly ConnectionUse[]): number {
  const byBatch = Map.groupBy(uses, ({ batch }) => batch);
  const largest = new Map<string, number>();
  for (let batch = 0; batch < batches; batch += 1) {
    const sizes = poolSizes(byBatch.get(batch) ?? []);
    const grew = [...sizes].some(([proxy, size]) => size > (largest.get(proxy) ?? 0));
    if (!grew) return batch;
    for (const [proxy, size] of sizes) largest.set(proxy, Math.max(size, largest.get(proxy) ?? 0));
  }
  return batches;
}

/** Connections that each proxy used. */
export function poolSizes(uses: readonly ConnectionUse[]): Map<string, number> {
  const byProxy = Map.groupBy(uses, ({ proxy }) => proxy);
  return new Map(
    [...byProxy].map(([proxy, all]) => [proxy, new Set(all.map((use) => use.connection)).size]),
  );
}
