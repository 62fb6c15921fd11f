/** Which route of a proxy's an ask takes, as Envoy finds it: the most specific domain, the first route. */
import type { HeaderMatcher, StringMatcher } from '../../../envoy/messages.ts';
import type {
  Route,
  RouteConfiguration,
  RouteMatch,
  VirtualHost,
} from '../../../envoy/routeMessages.ts';
import type { Ask } from './asks.ts';

/** Undefined where there is none: 404 NR. */
export function routeFor(
  { virtual_hosts: hosts }: Pick<RouteConfiguration, 'virtual_hosts'>,
  ask: Ask,
): Route | undefined {
  return hostFor(hosts, ask)?.routes?.find(({ match }) => matches(match, ask));
}

function hostFor(hosts: readonly VirtualHost[], { host, port }: Ask): VirtualHost | undefined {
  const names = [host, `${host}:${port}`];
  const ranked = hosts.flatMap((one) =>
    one.domains.flatMap((domain) => {
      const rank = Math.max(
        ...names.map((name) => rankOf(domain.toLowerCase(), name.toLowerCase())),
      );
      return rank < 0 ? [] : [{ one, rank }];
    }),
  );
  return ranked.sort((a, b) => b.rank - a.rank)[0]?.one;
}

/** Exact, then the longest suffix, then the longest prefix, then any; below 0 for no match. */
function rankOf(domain: string, name: string): number {
  if (domain === name) return 3e6;
  if (domain === '*') return 0;
  if (domain.startsWith('*') && name.endsWith(domain.slice(1))) return 2e6 + domain.length;
  if (domain.endsWith('*') && name.startsWith(domain.slice(0, -1))) return 1e6 + domain.length;
  return -1;
}

function matches(match: RouteMatch, ask: Ask): boolean {
  const { case_sensitive: isSensitive = true, headers = [], query_parameters: query = [] } = match;
  const fold = (text: string): string => (isSensitive ? text : text.toLowerCase());
  const [path = ''] = ask.path.split('?', 1);
  if (match.path !== undefined && fold(match.path) !== fold(path)) return false;
  if (match.prefix !== undefined && !fold(path).startsWith(fold(match.prefix))) return false;
  if (match.safe_regex !== undefined && !isWhole(match.safe_regex.regex, path)) return false;
  const parameters = new URLSearchParams(ask.path.slice(path.length));
  return (
    headers.every((header) => headerMatches(header, ask)) &&
    query.every(({ name, string_match: text }) => {
      const value = parameters.get(name);
      return value !== null && (text === undefined || stringMatches(text, value));
    })
  );
}

function headerMatches(header: HeaderMatcher, { headers }: Ask): boolean {
  const value =
    headers.get(header.name.toLowerCase()) ??
    (header.treat_missing_header_as_empty ? '' : undefined);
  const isMatch =
    value !== undefined &&
    (header.string_match === undefined || stringMatches(header.string_match, value));
  return header.invert_match === true ? !isMatch : isMatch;
}

function stringMatches(
  { exact, prefix, safe_regex: regex }: StringMatcher,
  value: string,
): boolean {
  if (exact !== undefined) return value === exact;
  if (prefix !== undefined) return value.startsWith(prefix);
  return regex === undefined || isWhole(regex.regex, value);
}

/** RE2's expressions, as far as JavaScript's are the same. */
function isWhole(regex: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${regex})$`).test(text);
  } catch {
    return false;
  }
}
