/** How often what is in plain objects and lists is read, whoever reads it: work that no machine slows down. */
export interface CountedReads<T> {
  /** The same, but for being counted. */
  readonly value: T;
  readonly reads: () => number;
}

export function countedReads<T extends object>(original: T): CountedReads<T> {
  let reads = 0;
  // One for each, so that what was the same is the same still.
  const known = new WeakMap<object, object>();
  const counted = (value: unknown): unknown => {
    if (!isPlain(value)) return value;
    const before = known.get(value);
    if (before !== undefined) return before;
    const proxy = new Proxy(value, {
      get(target, key) {
        reads += 1;
        return counted(Reflect.get(target, key));
      },
    });
    known.set(value, proxy);
    return proxy;
  };
  return { value: counted(original) as T, reads: () => reads };
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
