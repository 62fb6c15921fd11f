/** What `--vary <key>=<values>` says: which key of a stack is turned, or a field of it, and to what. */
import { parseRate } from '../apps/contract.ts';
import { LabError } from '../errors/labError.ts';
import { formatDuration, parseDuration } from '../istio/duration.ts';
import type { Key } from './keys.ts';
import { isKey, parseValue, quoted, type RawConfig, unknownKey } from './parse.ts';

export interface Variation {
  /** As it was given, such as `maxConnections` or `retries.attempts`. */
  readonly name: string;
  readonly key: Key;
  /** The field of a structured key; empty for the key itself. */
  readonly path: readonly string[];
  /** As a stack's file would have them; each once, in the order in which they were given. */
  readonly values: readonly string[];
}

/** More of one key nobody can look at, and would be made before anybody could say so. */
const MOST_VALUES = 10_000;

/** Their values have commas in them. */
const WITH_COMMAS: readonly Key[] = ['rateSteps', 'sendAt'];

const EXAMPLES = 'maxConnections=1..20, serverDelay=1s..5s:500ms, maxRetries=1,2,5,10';

/** @throws LabError for an unknown key, an empty range, a range without end, or values of another form */
export function parseVary(text: string): Variation {
  const at = text.indexOf('=');
  if (at < 1) throw new LabError(`--vary ${text}: write it as key=values, such as ${EXAMPLES}`);
  const name = text.slice(0, at).trim();
  const [key = '', ...path] = name.split('.');
  if (!isKey(key)) throw new LabError(`--vary ${text}: ${unknownKey(key)}`);
  const said = text.slice(at + 1);
  const separator = said.includes(';') || WITH_COMMAS.includes(key) ? ';' : ',';
  const parts = said.split(separator).map((part) => part.trim());
  if (parts.includes('')) {
    throw new LabError(`--vary ${text}: a value is empty; write it such as ${EXAMPLES}`);
  }
  const values = parts.flatMap((part) => rangeOf(part, `--vary ${text}`) ?? [part]);
  return { name, key, path, values: [...new Set(values)] };
}

/**
 * The configuration with a value of a variation in it.
 *
 * @throws LabError for a value that its key does not allow
 */
export function withValue(
  raw: RawConfig,
  { name, key, path }: Variation,
  value: string,
): RawConfig {
  const whole = path.length === 0 ? value : JSON.stringify(put(parsed(raw[key]), path, value));
  parseValue(
    key,
    whole,
    `--vary ${name}=${value}`,
    `--vary ${quoted(`${name}=...`)}, as in ${EXAMPLES}`,
  );
  return { ...raw, [key]: whole };
}

/** The value that a configuration has there; undefined where a structured key lacks the field. */
export function valueIn(raw: RawConfig, { key, path }: Variation): string | undefined {
  const whole = raw[key];
  if (path.length === 0 || whole === undefined) return whole;
  const found = path.reduce<unknown>(
    (value, field) => (isObject(value) ? value[field] : undefined),
    parsed(whole),
  );
  return found === undefined ? undefined : asText(found);
}

/** The structure with a value at a path; a number where the text is one. */
function put(whole: unknown, [field = '', ...rest]: readonly string[], value: string): unknown {
  const fields = isObject(whole) ? whole : {};
  return {
    ...fields,
    [field]: rest.length === 0 ? asJson(value) : put(fields[field], rest, value),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only numbers and truth values: `5s` and `gateway-error` are text in a structure too. */
function asJson(text: string): unknown {
  return /^(-?\d+(\.\d+)?|true|false)$/.test(text) ? JSON.parse(text) : text;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

interface Unit {
  readonly read: (text: string) => number | undefined;
  readonly write: (value: number) => string;
  /** Where there is one that everybody would mean. */
  readonly step?: number;
}

const UNITS: readonly Unit[] = [
  {
    read: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
    write: String,
    step: 1,
  },
  { read: parseDuration, write: formatDuration },
  { read: parseRate, write: (perSecond) => `${perSecond}/s` },
];

/** Of `a..b` and `a..b:step`; undefined for what is no range. */
function rangeOf(text: string, where: string): string[] | undefined {
  const [, from, to, by] = /^([^.]\S*?)\.\.([^:\s]+)(?::(\S+))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const unit = UNITS.find(({ read }) => read(from) !== undefined && read(to) !== undefined);
  const [low, high] = [unit?.read(from), unit?.read(to)];
  if (unit === undefined || low === undefined || high === undefined) {
    throw new LabError(
      `${where}: '${text}' is no range: both ends must be numbers, durations or rates, such as ` +
        '1..20, 100ms..1s:100ms, 10/s..100/s:10/s',
    );
  }
  /** Of so many steps, and whole where both ends are. */
  const stepOf = (steps: number): string => {
    const part = Math.abs(high - low) / steps || 1;
    return unit.write(
      Number.isInteger(low) && Number.isInteger(high) ? Math.ceil(part) : rounded(part),
    );
  };
  const step = by === undefined ? unit.step : unit.read(by);
  if (step === undefined || step <= 0) {
    const which = by === undefined ? 'needs a step' : `'${by}' is no step`;
    throw new LabError(`${where}: ${which}: write it such as ${from}..${to}:${stepOf(10)}`);
  }
  if (low > high) {
    throw new LabError(
      `${where}: '${text}' is empty: ${from} is more than ${to}; write ${to}..${from}`,
    );
  }
  const count = Math.floor(rounded((high - low) / step)) + 1;
  if (count > MOST_VALUES) {
    throw new LabError(
      `${where}: ${count.toLocaleString('en')} values, at most ${MOST_VALUES.toLocaleString('en')}. ` +
        `Take a wider step, such as ${from}..${to}:${stepOf(50)}`,
    );
  }
  return Array.from({ length: count }, (_, index) => unit.write(rounded(low + index * step)));
}

/** Without what adding fractions leaves behind. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
