/** What a route does to the headers that pass it. */
import { message } from '../../envoy/proto.ts';
import type { HeaderOperations, HeaderValueOption } from '../../envoy/routeMessages.ts';
import type { Headers } from '../../istio/virtualService.ts';

/** `:path` and its like, and the host, are not Envoy's to change by these means. */
function isInternal(name: string): boolean {
  return name.startsWith(':') || name.toLowerCase() === 'host';
}

function isAuthority(name: string): boolean {
  return [':authority', 'host'].includes(name.toLowerCase());
}

/** TranslateHeadersOperations in istiod; case route-headers. */
export function headerOperations({ request, response }: Headers = {}): HeaderOperations {
  return message<HeaderOperations>({
    request_headers_to_add: some([
      ...options(request?.set, 'set'),
      ...options(request?.add, 'add'),
    ]),
    request_headers_to_remove: some((request?.remove ?? []).filter((name) => !isInternal(name))),
    response_headers_to_add: some([
      ...options(response?.set, 'set'),
      ...options(response?.add, 'add'),
    ]),
    response_headers_to_remove: some((response?.remove ?? []).filter((name) => !isInternal(name))),
  });
}

/** Operations of a route, and behind them those of its only destination. */
export function joinedOperations(a: HeaderOperations, b: HeaderOperations): HeaderOperations {
  const both = <K extends keyof HeaderOperations>(field: K) =>
    some([...(a[field] ?? []), ...(b[field] ?? [])]);
  return message<HeaderOperations>({
    request_headers_to_add: both('request_headers_to_add'),
    request_headers_to_remove: both('request_headers_to_remove'),
    response_headers_to_add: both('response_headers_to_add'),
    response_headers_to_remove: both('response_headers_to_remove'),
  });
}

/** The Host that a request is given: what is set stands before what is added. */
export function authorityOf({ request }: Headers = {}): string | undefined {
  return [request?.set, request?.add]
    .flatMap((headers) => Object.entries(headers ?? {}))
    .find(([name, value]) => isAuthority(name) && value !== '')?.[1];
}

function options(
  headers: Readonly<Record<string, string>> = {},
  how: 'set' | 'add',
): HeaderValueOption[] {
  return Object.entries(headers)
    .filter(([name]) => !isInternal(name))
    .map(([key, value]): HeaderValueOption => ({
      ...(how === 'set' && { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }),
      header: { key, value },
    }))
    .sort((a, b) => (a.header.key < b.header.key ? -1 : 1));
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
