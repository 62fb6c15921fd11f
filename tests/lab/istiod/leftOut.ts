/**
 * All that the comparison with istiod leaves out, and why. A path is made of field names and, for
 * the elements of lists, their `name` (else `-`); `*` stands for one part, `**` for any number.
 */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

const PEERS =
  "Istio's own extension: proxies tell each other who they are. Upstream Envoy does not have it, " +
  'and it decides nothing about a request.';
const STATS = "Istio's own extension: its metrics. Upstream Envoy does not have it.";

export const LEFT_OUT: readonly LeftOut[] = [
  { path: 'clusters/*/filters/istio.metadata_exchange', reason: PEERS },
  { path: 'listeners/**/filters/istio.metadata_exchange', reason: PEERS },
  { path: 'listeners/**/http_filters/istio.metadata_exchange', reason: PEERS },
  { path: 'listeners/**/filters/istio.stats', reason: STATS },
  { path: 'listeners/**/http_filters/istio.stats', reason: STATS },
  {
    path: 'listeners/**/http_filters/istio.alpn',
    reason:
      "Istio's own extension: it chooses the ALPN of mutual TLS. Upstream Envoy does not have it.",
  },
  {
    path: 'listeners/**/tracing/custom_tags',
    reason: 'Tags of trace spans, which nobody collects here.',
  },
];

/** A value without what is left out, and which entries took something from it. */
export interface Compared {
  readonly value: unknown;
  readonly used: ReadonlySet<LeftOut>;
}

export function withoutLeftOut(kind: string, resources: readonly unknown[]): Compared {
  const used = new Set<LeftOut>();
  return { value: prune(resources, kind, used), used };
}

const PATTERNS = LEFT_OUT.map((entry) => ({ entry, pattern: patternOf(entry.path) }));

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => {
    if (part === '**') return '.+';
    return part === '*' ? '[^/]+' : part.replaceAll('.', String.raw`\.`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}

function prune(value: unknown, path: string, used: Set<LeftOut>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isKept = (at: string): boolean => {
    const hit = PATTERNS.find(({ pattern }) => pattern.test(at));
    if (hit !== undefined) used.add(hit.entry);
    return hit === undefined;
  };
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown) => {
      const at = `${path}/${nameOf(element)}`;
      return isKept(at) ? [prune(element, at, used)] : [];
    });
  }
  const kept = Object.entries(value)
    .filter(([field]) => isKept(`${path}/${field}`))
    .map(([field, inner]) => [field, prune(inner, `${path}/${field}`, used)] as const)
    // A list that held nothing else is not set at all.
    .filter(([field, inner]) => !(isEmptyList(inner) && !isEmptyList(fieldOf(value, field))));
  return Object.fromEntries(kept);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function fieldOf(value: object, field: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[field];
}

function nameOf(element: unknown): string {
  return typeof element === 'object' &&
    element !== null &&
    'name' in element &&
    typeof element.name === 'string'
    ? element.name
    : '-';
}
