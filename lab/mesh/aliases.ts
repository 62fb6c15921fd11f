/** ExternalName Services: other names of a service, by which its own breakers are met. */
import type { Service } from './model.ts';

/** What a name leads to, in full; the name itself in full is its key. */
export type Aliases = ReadonlyMap<string, string>;

/**
 * Services with the names that lead to them, over any number of other such names.
 * resolveServiceAliases in istiod 1.30.3, read in its source.
 */
export function withAliases(services: readonly Service[], aliases: Aliases): Service[] {
  if (aliases.size === 0) return [...services];
  const leading = Map.groupBy(aliases.keys(), (name) => endOf(name, aliases));
  return services.map((service) => {
    const names = leading.get(service.host);
    return names === undefined ? service : { ...service, aliases: names.toSorted(byNamespace) };
  });
}

/** Undefined for a circle, which DNS knows no address of. */
export function endOf(name: string, aliases: Aliases): string | undefined {
  const seen = new Set([name]);
  let at = name;
  for (let next = aliases.get(at); next !== undefined; next = aliases.get(at)) {
    if (seen.has(next)) return undefined;
    seen.add(next);
    at = next;
  }
  return at;
}

function byNamespace(a: string, b: string): number {
  const key = (host: string): string => `${host.split('.')[1] ?? ''} ${host}`;
  return key(a) < key(b) ? -1 : 1;
}
