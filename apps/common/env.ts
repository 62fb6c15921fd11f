/**
 * Settings from environment variables. Every reader refuses what it does not understand with an
 * EnvError that names the variable, what is allowed and what was given. An empty variable counts
 * as unset, because that is what templates leave behind.
 */
import { parseDuration } from './duration.ts';

/** A variable whose value cannot be used; its message is meant for the user. */
export class EnvError extends Error {}

/** The longest time a Node timer can wait, in ms (about 24 days). */
const LONGEST_MS = 2 ** 31 - 1;

export class Env {
  readonly #variables: NodeJS.ProcessEnv;

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  has(name: string): boolean {
    return Boolean(this.#variables[name]);
  }

  text(name: string, fallback: string): string {
    return this.parse(name, fallback, 'a text', (text) => text);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const wanted = `a whole number from ${min} to ${max}`;
    return this.parse(name, fallback, wanted, (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    });
  }

  /** Milliseconds. @param fallback a duration, such as `5s` */
  duration(name: string, fallback: string, minMs = 0): number {
    const least = minMs > 0 ? ` of at least ${minMs}ms` : '';
    const wanted = `a duration${least} with its unit, such as '5s', '250ms' or '1m30s'`;
    return this.parse(name, parseDuration(fallback) ?? 0, wanted, (text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= minMs && ms <= LONGEST_MS ? ms : undefined;
    });
  }

  oneOf<const T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
    const wanted = `one of ${allowed.map((value) => `'${value}'`).join(', ')}`;
    return this.parse(name, allowed[0], wanted, (text) => allowed.find((value) => value === text));
  }

  /** `1` is true; `0` or unset is false. */
  flag(name: string): boolean {
    return this.oneOf(name, ['0', '1']) === '1';
  }

  /** A variable with a form of its own: `parse` gives undefined (or throws) where it is not met. */
  parse<T>(name: string, fallback: T, wanted: string, parse: (text: string) => T | undefined): T {
    const text = this.#variables[name];
    if (!text) return fallback;
    let value: T | undefined;
    try {
      value = parse(text);
    } catch {
      // A parser such as `new URL` or `JSON.parse` throws: the text is refused all the same.
    }
    if (value === undefined) throw new EnvError(`${name} must be ${wanted}, not '${text}'`);
    return value;
  }
}
