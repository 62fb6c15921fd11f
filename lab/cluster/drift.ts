/** Whether the cluster has what the stack's objects say. */

/** What an API server may write in another form: `0.05` as `50m`. */
const REWRITTEN = new Set(['resources', 'status']);

/**
 * The first place where the cluster's object lacks or contradicts what is wanted; what the API
 * server or a webhook has added is no difference.
 */
export function difference(wanted: unknown, found: unknown, path = ''): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found)) return wanted.length === 0 ? undefined : told(path, wanted, found);
    // A webhook may add elements (the sidecar to the containers), so they are told by their names.
    for (const [index, element] of (wanted as unknown[]).entries()) {
      const name = nameIn(element);
      const other: unknown =
        name === undefined ? found[index] : found.find((candidate) => nameIn(candidate) === name);
      const below = difference(element, other, `${path}[${name ?? index}]`);
      if (below !== undefined) return below;
    }
    return undefined;
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null) {
      return Object.keys(wanted).length === 0 ? undefined : told(path, wanted, found);
    }
    for (const [key, value] of Object.entries(wanted)) {
      if (REWRITTEN.has(key)) continue;
      const at = path === '' ? key : `${path}.${key}`;
      const below = difference(value, fieldOf(found as Record<string, unknown>, key), at);
      if (below !== undefined) return below;
    }
    return undefined;
  }
  return wanted === found ? undefined : told(path, wanted, found);
}

/** The client writes a field that is a word of JavaScript's, such as `from`, as `_from`. */
function fieldOf(found: Readonly<Record<string, unknown>>, key: string): unknown {
  return found[key] ?? found[`_${key}`];
}

function nameIn(value: unknown): string | undefined {
  const { name } = (value ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

function told(path: string, wanted: unknown, found: unknown): string {
  const shown = (value: unknown): string =>
    value === undefined ? 'nothing' : shorten(JSON.stringify(value));
  return `${path} is ${shown(found)} there and ${shown(wanted)} here`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
