/** VirtualServices that leave some of their routes to others (istio.io/docs/reference/config, Delegate). */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { HttpMatch, HttpRoute, StringMatch } from '../../istio/virtualService.ts';
import type { Mesh } from './model.ts';

type VirtualService = Mesh['virtualServices'][number];

/**
 * Those that have hosts, each with the routes of those that it delegates to in their place: what a
 * route of theirs does not say the delegating one does. A route whose matches would widen those of the
 * delegating one is none.
 * mergeVirtualServicesIfNeeded in istiod.
 */
export function withDelegates(all: readonly VirtualService[]): {
  virtualServices: VirtualService[];
  leftOut: LeftOut[];
} {
  const leftOut: LeftOut[] = [];
  const delegates = new Map(
    all
      .filter(({ spec }) => spec.hosts.length === 0)
      .map((one) => [`${one.namespace}/${one.name}`, one]),
  );
  const asked = new Set<string>();
  const virtualServices = all
    .filter(({ spec }) => spec.hosts.length > 0)
    .map((root) => {
      const say = (i: number, sentence: string): void => {
        leftOut.push({
          object: `VirtualService ${root.namespace}/${root.name}`,
          field: `spec.http.${i}.delegate`,
          ...{ sentence, mayChangeOutcomes: true },
        });
      };
      const http = root.spec.http?.flatMap((route, i): HttpRoute[] => {
        if (route.delegate === undefined) return [route];
        const { name = '', namespace = root.namespace } = route.delegate;
        asked.add(`${namespace}/${name}`);
        const found = delegates.get(`${namespace}/${name}`);
        if (found === undefined) {
          say(
            i,
            `there is no VirtualService ${namespace}/${name} without hosts: its routes are none`,
          );
          return [];
        }
        return (found.spec.http ?? []).flatMap((own) => {
          const merged = joined(route, own);
          if (merged === undefined) {
            say(
              i,
              `a route of ${namespace}/${name} matches more than this one: it is none, as in Istio`,
            );
          }
          return merged ?? [];
        });
      });
      return { ...root, spec: { ...root.spec, ...(http && { http }) } };
    });
  for (const [name, { spec }] of delegates) {
    if (asked.has(name)) continue;
    const isEmpty = (spec.http ?? []).length === 0;
    leftOut.push({
      object: `VirtualService ${name}`,
      field: 'spec.hosts',
      sentence: 'has none, and no other VirtualService delegates to it: it does nothing',
      mayChangeOutcomes: !isEmpty,
    });
  }
  return { virtualServices, leftOut };
}

/** Undefined where their matches contradict each other, or the delegate delegates. */
function joined(root: HttpRoute, own: HttpRoute): HttpRoute | undefined {
  const match = matchesOf(root.match ?? [], own.match ?? []);
  if (match === undefined || own.delegate !== undefined) return undefined;
  const { delegate, name, ...inherited } = root;
  return {
    ...inherited,
    ...own,
    ...(match.length > 0 && { match }),
    ...nameOf(name, own.name),
  };
}

function matchesOf(root: readonly HttpMatch[], own: readonly HttpMatch[]): HttpMatch[] | undefined {
  if (root.length === 0) return [...own];
  if (own.length === 0) return [...root];
  const found = own.map((one) =>
    root.filter((wide) => !contradicts(wide, one)).map((wide) => joinedMatch(wide, one)),
  );
  return found.every((some) => some.length > 0) ? found.flat() : undefined;
}

function joinedMatch(root: HttpMatch, own: HttpMatch): HttpMatch {
  const maps = ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'] as const;
  const both = maps.flatMap((field) => {
    const all = { ...root[field], ...own[field] };
    return Object.keys(all).length === 0 ? [] : [[field, all]];
  });
  return {
    ...root,
    ...own,
    ...(Object.fromEntries(both) as Partial<HttpMatch>),
    ...nameOf(root.name, own.name),
  };
}

function nameOf(root: string | undefined, own: string | undefined): { name?: string } {
  const name = [root, own].filter((text) => text !== undefined && text !== '').join('-');
  return name === '' ? {} : { name };
}

/** Whether a match is for something that the delegating one is not for. */
function contradicts(root: HttpMatch, own: HttpMatch): boolean {
  const texts = ['uri', 'scheme', 'method', 'authority'] as const;
  if (texts.some((field) => isWider(root[field], own[field]))) return true;
  const maps = ['headers', 'withoutHeaders', 'queryParams'] as const;
  const widens = maps.some((field) =>
    Object.entries(own[field] ?? {}).some(([key, one]) => isWider(root[field]?.[key], one)),
  );
  const { gateways: at = [], port, sourceNamespace, sourceLabels = {} } = root;
  return (
    widens ||
    (root.ignoreUriCase ?? false) !== (own.ignoreUriCase ?? false) ||
    (port !== undefined && own.port !== undefined && port !== own.port) ||
    (sourceNamespace !== undefined && sourceNamespace !== own.sourceNamespace) ||
    Object.entries(own.sourceLabels ?? {}).some(
      ([key, value]) => (sourceLabels[key] ?? value) !== value,
    ) ||
    (at.length > 0 && (own.gateways ?? []).some((gateway) => !at.includes(gateway)))
  );
}

function isWider(root: StringMatch | undefined, own: StringMatch | undefined): boolean {
  if (root === undefined || own === undefined) return false;
  if (root.regex !== undefined || own.regex !== undefined) return true;
  if (root.exact !== undefined) return own.exact !== root.exact;
  const { prefix } = root;
  return prefix === undefined || !(own.prefix ?? own.exact ?? '').startsWith(prefix);
}
