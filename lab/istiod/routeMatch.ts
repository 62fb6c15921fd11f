/** Which requests a route is for. */
import { message } from '../../envoy/proto.ts';
import type { HeaderMatcher, QueryMatcher, StringMatcher } from '../../envoy/messages.ts';
import type { RouteMatch } from '../../envoy/routeMessages.ts';
import type { HttpMatch, StringMatch } from '../../istio/virtualService.ts';

/** Every request. */
export const ANY: RouteMatch = { prefix: '/' };

/**
 * TranslateRouteMatch in istiod: headers are sorted by name; method, authority and scheme come last.
 * Case match.
 */
export function routeMatchOf(match: HttpMatch): RouteMatch {
  const headers = [
    ...entries(match.headers).map(([name, value]) => headerMatch(name, value)),
    ...entries(match.withoutHeaders).map(([name, value]) => headerWithout(name, value)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const pseudo = [
    [':method', match.method],
    [':authority', match.authority],
    [':scheme', match.scheme],
  ] as const;
  for (const [name, value] of pseudo) {
    if (value !== undefined) headers.push(headerMatch(name, value));
  }
  const query = entries(match.queryParams)
    .map(([name, value]): QueryMatcher => ({ name, ...valueMatch(value) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return message<RouteMatch>({
    ...path(match.uri),
    case_sensitive: match.ignoreUriCase !== true,
    headers: headers.length === 0 ? undefined : headers,
    query_parameters: query.length === 0 ? undefined : query,
  });
}

/** Whether no request goes past it: Envoy would not look at a route behind it. */
export function isCatchAll({ match }: { readonly match: RouteMatch }): boolean {
  const everyPath = match.prefix === '/' || match.safe_regex?.regex === '.*';
  return everyPath && match.headers === undefined && match.query_parameters === undefined;
}

/** One string match of Istio as Envoy's; undefined where it says nothing. */
export function stringMatcher({ exact, prefix, regex }: StringMatch): StringMatcher | undefined {
  if (exact === undefined && prefix === undefined && regex === undefined) return undefined;
  const safe_regex = regex === undefined ? undefined : { regex };
  return message<StringMatcher>({ exact, prefix, safe_regex });
}

function entries(matches: Readonly<Record<string, StringMatch>> = {}): [string, StringMatch][] {
  return Object.entries(matches);
}

function path({ exact, prefix, regex }: StringMatch = {}): RouteMatch {
  if (exact !== undefined) return { path: exact };
  return regex === undefined ? { prefix: prefix ?? '/' } : { safe_regex: { regex } };
}

function headerMatch(name: string, value: StringMatch): HeaderMatcher {
  return { name, ...valueMatch(value) };
}

/** A header that is absent does not have the value either. */
function headerWithout(name: string, value: StringMatch): HeaderMatcher {
  const match = headerMatch(name, value);
  return match.present_match === true
    ? { ...match, invert_match: true }
    : { ...match, invert_match: true, treat_missing_header_as_empty: true };
}

/** `*` is no regular expression: it, or nothing at all, asks for presence alone. */
function valueMatch(value: StringMatch): Pick<HeaderMatcher, 'present_match' | 'string_match'> {
  const string_match = value.regex === '*' ? undefined : stringMatcher(value);
  return string_match === undefined ? { present_match: true } : { string_match };
}
