/** Pods are known by namespace and name; people read the name alone, where it is the only one. */
import type { Facts } from './explanation/facts.ts';

/** The same facts, with every pod called by its name where no other pod has that name. */
export function withShortNames<T extends Facts>(facts: T): T {
  const names = shortNames(idsIn(facts));
  const called = (id: string): string => names.get(id) ?? id;
  const inText = (text: string): string =>
    [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text);
  return {
    ...facts,
    requests: facts.requests.map((request) => ({
      ...request,
      client: called(request.client),
      endpoint: request.endpoint === null ? null : called(request.endpoint),
    })),
    proxies: facts.proxies.map((proxy) => ({
      ...proxy,
      pod: called(proxy.pod),
      clusters: proxy.clusters.map((cluster) => ({
        ...cluster,
        endpoints: cluster.endpoints.map((one) => ({ ...one, pod: called(one.pod) })),
      })),
    })),
    disturbed: facts.disturbed.map((one) => ({ ...one, who: inText(one.who) })),
    faults: facts.faults.map(inText),
  };
}

function idsIn({ requests, proxies }: Facts): Set<string> {
  const endpoints = proxies.flatMap(({ clusters }) => clusters).flatMap((one) => one.endpoints);
  return new Set([
    ...requests.flatMap(({ client, endpoint }) => [client, endpoint ?? '']),
    ...[...proxies, ...endpoints].map(({ pod }) => pod),
  ]);
}

/** Names by ids, of those that have theirs alone; the longest ids first: one may be the beginning of another. */
export function shortNames(ids: ReadonlySet<string>): Map<string, string> {
  const byName = Map.groupBy(
    [...ids].filter((id) => /^[^/]+\/[^/]+$/.test(id)),
    (id) => id.slice(id.indexOf('/') + 1),
  );
  return new Map(
    [...byName]
      .flatMap(([name, [id, ...others]]): [string, string][] =>
        id === undefined || others.length > 0 ? [] : [[id, name]],
      )
      .sort(([a], [b]) => b.length - a.length),
  );
}
