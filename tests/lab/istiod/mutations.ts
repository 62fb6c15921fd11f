/** Every field of the modelled kinds, set in an object that is otherwise as small as may be. */
import type { FieldMap, Fields } from '../../../istio/fields.ts';

/** What stands where a field that must be there says nothing itself, and where one is set: by name. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  host: ['server', 'other'],
  hosts: ['server', 'other', './*', 'elsewhere/*', '*'],
  status: [503, 504],
  grpcStatus: ['UNAVAILABLE'],
  exact: ['/a'],
  prefix: ['/b'],
  regex: ['/c.*'],
  gateways: ['mesh', 'own'],
  exportTo: ['*', 'elsewhere'],
  subset: ['v2'],
  protocol: ['HTTP', 'TCP'],
  number: [80, 8080],
  // Of a Gateway and of workloads.
  istio: ['own'],
  retryOn: ['503'],
  name: ['envoy', 'v1', 'x'],
  uri: ['/other'],
  from: ['here', 'here/*'],
  to: ['third', 100],
  failoverPriority: ['app', 'version'],
  labels: ['server', 'x'],
  address: ['10.1.1.1', 'unix:///x'],
  addresses: ['10.1.1.1'],
  locality: ['here/a', 'far/a'],
  matchLabels: ['server', 'x'],
  destinationSubnets: ['10.1.0.0/16'],
};
const FREE_KEYS = ['app', 'own', '80', 'far/*', 'web', 'http'];

export interface Mutation {
  /** Lists without numbers, `*` for keys of one's own. */
  readonly path: string;
  /** The object without the field, and with it: one way of each of its values. */
  readonly pairs: readonly (readonly [without: object, with_: object])[];
}

/** What of the rest of an object a field needs to mean anything. */
export interface Context {
  /** The fields that need it, by their paths. */
  readonly of: RegExp;
  /** How the path of the field that holds it ends; the object itself where empty. */
  readonly within: string;
  readonly fields: object;
}

export function mutationsOf(fields: Fields, contexts: readonly Context[]): Mutation[] {
  return leavesOf(fields, []).map((steps) => {
    const path = steps.filter((step) => step !== 0).join('.');
    const name = String(steps.findLast((step) => typeof step === 'string' && step !== '*'));
    const leaf = at(fields, steps);
    const beside = contexts
      .filter(({ of }) => of.test(path))
      .reduce<unknown>((all, one) => merged(all, placed(one, steps)), {});
    const pairs = valuesOf(leaf as string, name).flatMap((value) =>
      keysOf(steps).map((own): readonly [object, object] => {
        const without = merged(build(fields, own.slice(0, -1)), beside);
        return [without as object, merged(without, build(fields, own, value)) as object];
      }),
    );
    return { path, pairs };
  });
}

type Step = string | 0;

function placed({ within, fields }: Context, steps: readonly Step[]): unknown {
  if (within === '') return fields;
  const ends = steps.findLastIndex((_, i) => {
    const path = steps
      .slice(0, i + 1)
      .filter((step) => step !== 0)
      .join('.');
    return steps[i] !== 0 && (path === within || path.endsWith(`.${within}`));
  });
  const to = steps[ends + 1] === 0 ? ends + 1 : ends;
  return steps
    .slice(0, to + 1)
    .reduceRight<unknown>((inner, step) => (step === 0 ? [inner] : { [step]: inner }), fields);
}

/** Keys of one's own, in each of the ways that something may have. */
function keysOf(steps: readonly Step[]): Step[][] {
  return steps.includes('*')
    ? FREE_KEYS.map((key) => steps.map((step) => (step === '*' ? key : step)))
    : [[...steps]];
}

function leavesOf(fields: Fields, before: readonly Step[]): Step[][] {
  if (typeof fields === 'string') return [[...before]];
  if (Array.isArray(fields)) {
    return leavesOf((fields as readonly Fields[])[0] ?? 'any', [...before, 0]);
  }
  return Object.entries(fields)
    .filter(([name]) => !name.startsWith('('))
    .flatMap(([name, field]) => leavesOf(field, [...before, name.replace(/!$/, '')]));
}

function at(fields: Fields, [step, ...rest]: readonly Step[]): Fields {
  if (step === undefined || typeof fields === 'string') return fields;
  if (step === 0) return at((fields as readonly Fields[])[0] ?? 'any', rest);
  const map = fields as FieldMap;
  return at(map[step] ?? map[`${step}!`] ?? map['*'] ?? 'any', rest);
}

/** A value with what must be in it, along the steps to something that is set. */
function build(fields: Fields, [step, ...rest]: readonly Step[], value?: unknown): unknown {
  if (typeof fields === 'string') return value ?? valuesOf(fields, '')[0];
  if (Array.isArray(fields)) {
    const [item = 'any'] = fields as readonly Fields[];
    return step === undefined ? [] : [build(item, rest, value)];
  }
  const map = fields as FieldMap;
  const required = Object.keys(map)
    .filter((name) => name.endsWith('!'))
    .map((name) => name.slice(0, -1));
  const own = step === undefined || step === 0 ? [] : [step];
  return Object.fromEntries(
    [...new Set([...required, ...own])].map((name) => {
      const field = map[name] ?? map[`${name}!`] ?? map['*'] ?? 'any';
      if (name !== step) {
        return [
          name,
          typeof field === 'string' ? valuesOf(field, name)[0] : build(field, rest.slice(0, 0)),
        ];
      }
      if (rest.length === 0 && value === undefined && typeof field === 'string') {
        return [name, valuesOf(field, name)[0]];
      }
      return [name, build(field, rest, value)];
    }),
  );
}

function valuesOf(leaf: string, name: string): readonly unknown[] {
  if (leaf.includes(' | ')) return leaf.split(' | ');
  const [type = '', bounds = '..'] = leaf.split(' ');
  const known = VALUES[name];
  switch (type) {
    case 'boolean':
      return [true, false];
    case 'duration':
      return ['7s', '9s'];
    case 'string':
      return known?.filter((one) => typeof one === 'string') ?? ['x', '7s', '/x'];
    case 'integer':
    case 'number': {
      const [low = '', high = ''] = bounds.split('..');
      const some = known?.filter((one): one is number => typeof one === 'number') ?? [];
      return [...some, 7, 50, 301, 503].filter(
        (one) => one >= Number(low) && one <= (high === '' ? Infinity : Number(high)),
      );
    }
    default:
      return ['x'];
  }
}

function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    const length = Math.max(one.length, other.length);
    return Array.from({ length }, (_, i) =>
      i < one.length && i < other.length
        ? merged(one[i], other[i])
        : ((one[i] ?? other[i]) as unknown),
    );
  }
  const isMap = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(one) || !isMap(other)) return other;
  const all: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    all[key] = key in all ? merged(all[key], value) : value;
  }
  return all;
}
