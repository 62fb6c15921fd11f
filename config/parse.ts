/** One strict parser of a stack's configuration, for the Pulumi program and for `lab`. */
import type { z } from 'zod';
import { nearest } from '../errors/didYouMean.ts';
import { problems } from '../errors/issues.ts';
import type { Codec } from './codecs.ts';
import { LabError } from '../errors/labError.ts';
import { type Key, keys, type LabConfig } from './keys.ts';

export const PROJECT = 'circuit-lab';

/** Values as Pulumi hands them over: text, or JSON for what is structured. Keys carry no prefix. */
export type RawConfig = Readonly<Record<string, string>>;

/**
 * Reads a whole configuration.
 *
 * @param raw every key's value, defaults merged in
 * @param where what the values belong to, such as `Pulumi.fail-fast.yaml`; begins the message
 * @throws LabError for the first key that is unknown, missing, or not as it must be
 */
export function parseConfig(raw: RawConfig, where: string): LabConfig {
  for (const key of Object.keys(raw)) {
    if (!isKey(key)) {
      throw new LabError(
        `${where}: ${unknownKey(key)}; remove this one with: pulumi config rm ${key}`,
      );
    }
  }
  const entries = (Object.keys(keys) as Key[]).map((key) => [key, parseKey(key, raw[key], where)]);
  const config = Object.fromEntries(entries) as LabConfig;
  checkCombinations(config, where);
  return config;
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(keys, text);
}

/** The sentence for a key that nobody knows, with those that hold its word, else the nearest one. */
export function unknownKey(key: string): string {
  const known = Object.keys(keys);
  const holding = known.filter((name) => name.toLowerCase().includes(key.toLowerCase()));
  const near = nearest(key, known);
  const meant =
    key.length >= 4 && holding.length > 0 && holding.length <= 5
      ? holding
      : near === undefined
        ? []
        : [near];
  const names = meant.map((name) => `'${name}'`).join(' or ');
  const hint = names === '' ? '' : ` Did you mean ${names}?`;
  return `unknown key '${key}'.${hint} Pulumi.yaml lists every key`;
}

function parseKey(key: Key, value: string | undefined, where: string): unknown {
  if (value === undefined) {
    throw new LabError(`${where}: ${key} has no value and Pulumi.yaml declares no default for it`);
  }
  return parseValue(key, value, where, exampleForPulumi(key));
}

/** What to type, so that the key has a value of its form. */
function exampleForPulumi(key: Key): string {
  const { example, field } = keys[key] as Codec<unknown>;
  if (field !== undefined) {
    return `pulumi config set --path ${quoted(`${key}${field.path}`)} ${quoted(field.value)}`;
  }
  // An empty list is no value that Pulumi would take.
  return example === '[]'
    ? `pulumi config rm ${key}`
    : `pulumi config set ${key} ${quoted(example)}`;
}

/**
 * Reads one key's value.
 *
 * @param how what to type instead; the message ends with it
 * @throws LabError for a value that is not allowed
 */
export function parseValue(key: Key, value: string, where: string, how: string): unknown {
  const { schema, allowed } = keys[key];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new LabError(
    `${where}: ${key}: '${value}' is not allowed${inside(result.error, value, schema)}. ` +
      `Allowed: ${allowed}. For example: ${how}`,
  );
}

/** For a structured value, which of its fields is wrong; of a whole one, what is allowed says more. */
function inside(error: z.ZodError, value: string, schema: z.ZodType): string {
  const [issue] = error.issues;
  if (issue === undefined) return '';
  const isWhole = issue.path.length === 0 && /^(Invalid|Too) /.test(issue.message);
  const [problem = ''] = problems(error, parsed(value), schema);
  return isWhole ? '' : ` (${problem.replace(/\.$/, '')})`;
}

/** As the schema has read it. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text}'`;
}

/** Names that other parts of the experiment have. */
const TAKEN_NAMES: readonly string[] = [
  ...['pyclient', 'envoy', 'gateway', 'circuit-lab', 'sleep', 'fortio'],
];

function checkCombinations(config: LabConfig, where: string): void {
  if (config.maxConcurrentStreams > 0 && config.h2UpgradePolicy !== 'UPGRADE') {
    throw new LabError(
      `${where}: maxConcurrentStreams: '${config.maxConcurrentStreams}' has no effect on HTTP/1.1: ` +
        'istiod drops it unless the cluster speaks HTTP/2. Set h2UpgradePolicy to UPGRADE as well, ' +
        'or maxConcurrentStreams to 0.',
    );
  }
  if (TAKEN_NAMES.includes(config.serverName)) {
    throw new LabError(
      `${where}: serverName: '${config.serverName}' is the name of another part of the experiment ` +
        `(${TAKEN_NAMES.join(', ')} are). Choose another, such as pyserver.`,
    );
  }
  const isSplit = Object.values(config.versions).some(({ weight }) => weight !== undefined);
  if (config.policyScope === 'subsets' && !isSplit) {
    throw new LabError(
      `${where}: policyScope: 'subsets' needs subsets. Give the versions weights, such as ` +
        'versions {"v1":{"weight":50},"v2":{"weight":50}}, or set policyScope to service.',
    );
  }
  if (config.entry === 'gateway' && !config.gateways.includes('ingress')) {
    throw new LabError(
      `${where}: entry: 'gateway' finds no route: the VirtualService holds for ` +
        `${config.gateways.join(', ')} only. Add ingress to gateways, or set entry to mesh.`,
    );
  }
  if (config.ownGateway && !config.gateways.includes('ingress')) {
    throw new LabError(
      `${where}: ownGateway: 'true' has no effect: the VirtualService holds for ` +
        `${config.gateways.join(', ')} only. Add ingress to gateways, or set ownGateway to false.`,
    );
  }
  if (config.ownGateway && !config.injection) {
    throw new LabError(
      `${where}: ownGateway: 'true' needs the injector, which makes the gateway of its pod. Set ` +
        'injection to true, or ownGateway to false.',
    );
  }
  if (config.images === 'build' && config.registry === '') {
    throw new LabError(
      `${where}: images: 'build' needs a registry to push to. Set registry, such as ` +
        "ghcr.io/someone, or images to kind, minikube or k3d, which load them into the tool's cluster.",
    );
  }
  if (config.mtls === 'strict' && !config.injection) {
    throw new LabError(
      `${where}: mtls: 'strict' has no effect without sidecars. Set injection to true, or mtls to ` +
        'permissive.',
    );
  }
  if (config.batches === 0 && config.maxBatches < config.warmBatches) {
    throw new LabError(
      `${where}: maxBatches: '${config.maxBatches}' is less than warmBatches ` +
        `(${config.warmBatches}), so the run could never end well. Raise maxBatches.`,
    );
  }
}
