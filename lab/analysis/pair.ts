/** A value of each of two runs. */
export type Both<T> = readonly [T, T];

export function both<T, U>([a, b]: Both<T>, of: (value: T) => U): [U, U] {
  return [of(a), of(b)];
}
