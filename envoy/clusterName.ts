/** istiod's names of clusters: `direction|port|subset|host`. */

/** Without what is the same everywhere: `outbound|80|v2|pyserver`. */
export function shortName(name: string): string {
  return name.replace(/\.[^.|]+\.svc\.cluster\.local$/, '');
}

/** Empty for a cluster of a whole service. */
export function subsetOf(name: string): string {
  return name.split('|')[2] ?? '';
}

/** What a service's own cluster and those of its subsets have in common. */
export function serviceOf(name: string): string {
  const [direction = '', port = '', , host = ''] = name.split('|');
  return `${direction}|${port}|${host}`;
}

/**
 * Those of a proxy's clusters by which an experiment's requests may go. istiod names the cluster of
 * every service by its four parts; whatever else its proxies have is their own (xDS, certificates,
 * statistics) or catches what no service is asked for. A stand-alone Envoy calls its clusters as it
 * likes.
 */
export function servedClusters<T extends { readonly name: string }>(clusters: readonly T[]): T[] {
  const ofServices = clusters.filter(({ name }) => name.split('|').length === 4);
  return ofServices.length > 0 ? ofServices : [...clusters];
}
