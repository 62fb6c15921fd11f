/** What a sweep turns, and the experiment of each of its cells. */
import type { RawConfig } from '../../config/parse.ts';
import { keys } from '../../config/keys.ts';
import { policyPathOf } from '../../config/policy.ts';
import { projectDefaults, readStack, withSettings } from '../../config/stackFiles.ts';
import { parseVary, valueIn, type Variation, withValue } from '../../config/vary.ts';
import { LabError } from '../../errors/labError.ts';
import { digestOf } from '../../experiment/digest.ts';
import {
  meantRule,
  policyField,
  type PolicyPath,
  withPolicyField,
} from '../objects/policyField.ts';
import { loadSource, pathsOf, PROJECT_ROOT, type Source } from '../objects/source.ts';
import type { Prepared } from '../watch/observe.ts';
import { type Pace, preparedOf } from '../watch/prepared.ts';
import type { PrepareOptions } from './prepare.ts';

export interface Axis extends Variation {
  /** Where it turns a traffic policy; undefined for one that turns something else. */
  readonly policy: PolicyPath | undefined;
}

export interface Grid {
  readonly axes: readonly Axis[];
  /** What is set now, by the name of its axis. */
  readonly current: Readonly<Record<string, string>>;
  /** The experiment with one value of each axis, by their indices. */
  readonly prepared: (picks: readonly number[]) => Promise<Prepared>;
}

/** What is to be seen of more, nobody sees; a run of each seed takes about a hundredth of a millisecond. */
const MOST_CELLS = 40_000;

/** @throws LabError for what cannot be turned, for values that are not allowed, for too many cells */
export async function gridOf(
  stack: string | undefined,
  options: PrepareOptions,
  vary: readonly string[],
  pace: Pace,
): Promise<Grid> {
  const axes = vary.map(parseVary).map((axis) => ({ ...axis, policy: policyOf(axis) }));
  refuseTwice(axes);
  refuseTooMany(axes);
  return pathsOf(options).length > 0
    ? ofManifests(await loadSource(stack, options), axes, options, pace)
    : ofStack(stack, axes, options, pace);
}

/** Only the fields of a policy: of a stack's own servers and clients the manifests know nothing. */
function ofManifests(
  source: Source,
  axes: readonly Axis[],
  options: PrepareOptions,
  pace: Pace,
): Grid {
  const defaults = projectDefaults(PROJECT_ROOT);
  const turned = axes.map((axis) => {
    const path = axis.policy;
    if (path === undefined) {
      throw new LabError(
        `--vary ${axis.name}: is a key of a stack; of manifests a DestinationRule's policy can be ` +
          'turned: maxConnections, http1MaxPendingRequests, http2MaxRequests, maxRequestsPerConnection, ' +
          'maxRetries, outlierDetection.<field>',
      );
    }
    for (const value of axis.values) withValue(defaults, axis, value);
    return { axis, path, rule: meantRule(source.objects, path, `--vary ${axis.name}`) };
  });
  const current = turned.flatMap(({ axis, path, rule }) => {
    const value = policyField(rule, path);
    return value === undefined ? [] : [[axis.name, asText(value)] as const];
  });
  return {
    axes,
    current: Object.fromEntries(current),
    prepared: (picks) =>
      Promise.resolve(preparedOf(turnedPolicy(source, axes, picks), options, pace)),
  };
}

function ofStack(
  stack: string | undefined,
  axes: readonly Axis[],
  options: PrepareOptions,
  pace: Pace,
): Grid {
  if (stack === undefined) throw new LabError('name a stack, or --manifests <file or folder>');
  const raw = withSettings(readStack(PROJECT_ROOT, stack), options.set ?? []);
  for (const axis of axes) for (const value of axis.values) withValue(raw, axis, value);
  // Of somebody's own objects, that the stack names, the keys of the policy turn nothing.
  const isTheirs = (raw['manifests'] ?? '') !== '';
  const idle = isTheirs ? axes.find((axis) => axis.policy !== undefined) : undefined;
  if (idle !== undefined) {
    throw new LabError(
      `--vary ${idle.name}: turns nothing, as stack ${stack} has the objects of ${raw['manifests'] ?? ''}: ` +
        `sweep them: --manifests ${raw['manifests'] ?? ''}`,
    );
  }
  // Pulumi's program takes long for each of thousands of cells: a policy is turned in what it made once.
  const made = new Map<string, Promise<Source>>();
  const current = axes.flatMap((axis) => {
    const value = valueIn(raw, axis);
    return value === undefined ? [] : [[axis.name, value] as const];
  });
  return {
    axes,
    current: Object.fromEntries(current),
    prepared: async (picks) => {
      const settings = axes.reduce<RawConfig>((config, axis, index) => {
        const value = axis.policy === undefined ? valueAt(axis, picks[index]) : firstSet(axis);
        return withValue(config, axis, value);
      }, raw);
      const changed = Object.entries(settings).filter(([key, value]) => value !== raw[key]);
      const set = [...(options.set ?? []), ...changed.map(([key, value]) => `${key}=${value}`)];
      const known = JSON.stringify(set);
      const source = made.get(known) ?? loadSource(stack, { ...options, set });
      made.set(known, source);
      return preparedOf(turnedPolicy(await source, axes, picks), options, pace);
    },
  };
}

/** A rule is made where something is limited: by a value that limits, whichever is put in its place. */
function firstSet(axis: Axis): string {
  return axis.values.find((value) => value !== '' && value !== '0') ?? valueAt(axis, 0);
}

function turnedPolicy(source: Source, axes: readonly Axis[], picks: readonly number[]): Source {
  const said = axes.flatMap((axis, index) =>
    axis.policy ? [`${axis.name}=${valueAt(axis, picks[index])}`] : [],
  );
  // Nothing of what the program made is turned.
  if (said.length === 0) return source;
  const objects = axes.reduce<Source['objects']>((turned, axis, index) => {
    const { policy } = axis;
    if (policy === undefined) return turned;
    return withPolicyField(turned, policy, policyValue(axis, valueAt(axis, picks[index])));
  }, source.objects);
  return { ...source, objects, digest: digestOf([{ digest: source.digest, said }]) };
}

function policyOf({ key, path }: Variation): PolicyPath | undefined {
  const above = policyPathOf(key);
  return above && ([...above, ...path] as unknown as PolicyPath);
}

/** As the key's reader would have it; of flat keys, 0 and nothing leave the field unset. */
function policyValue({ key, path }: Variation, text: string): unknown {
  if (path.length > 0) return /^(-?\d+(\.\d+)?|true|false)$/.test(text) ? JSON.parse(text) : text;
  const value: unknown = keys[key].schema.parse(text);
  return value === 0 ? undefined : value;
}

function valueAt({ values }: Variation, index = 0): string {
  return values[index] ?? '';
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function refuseTwice(axes: readonly Axis[]): void {
  const twice = axes.find(({ name }, index) =>
    axes.some((one, other) => other < index && one.name === name),
  );
  if (twice !== undefined) {
    throw new LabError(
      `--vary ${twice.name}: is given twice; give all of its values at once: 1..5,10,20`,
    );
  }
}

function refuseTooMany(axes: readonly Axis[]): void {
  const sizes = axes.map(({ values }) => values.length);
  const count = sizes.reduce((product, size) => product * size, 1);
  if (count <= MOST_CELLS) return;
  const each = Math.floor(MOST_CELLS ** (1 / axes.length));
  throw new LabError(
    `--vary: ${sizes.join(' x ')} values make ${count.toLocaleString('en')} cells, at most ` +
      `${MOST_CELLS.toLocaleString('en')}. At most ${each} of each would do; take wider steps: ` +
      axes.map((axis) => wider(axis, each)).join(' '),
  );
}

/** The same range in so many steps. */
function wider({ name, values }: Variation, most: number): string {
  const [first = '', second = ''] = values;
  const step = Number(second) - Number(first);
  return values.length <= most || Number.isNaN(step)
    ? `--vary ${name}=${values.length <= 5 ? values.join(',') : '...'}`
    : `--vary ${name}=${first}..${values.at(-1) ?? ''}:${step * Math.ceil(values.length / Math.min(most, 50))}`;
}
