/** One strict parser of a stack's configuration, for the Pulumi program and for `lab`. */
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { Codec } from './codecs.ts';
import { InputError } from '../errors/inputError.ts';
import { type Key, keys, type LabConfig } from './keys.ts';

export const PROJECT = 'circuit-lab';

/** Values as Pulumi hands them over: text, or JSON for what is structured. Keys carry no prefix. */
export type RawConfig = Readonly<Record<string, string>>;

/**
 * Reads a whole configuration.
 *
 * @param raw every key's value, defaults merged in
 * @param where what the values belong to, such as `Pulumi.fail-fast.yaml`; begins the message
 * @throws InputError for the first key that is unknown, missing, or not as it must be
 */
export function parseConfig(raw: RawConfig, where: string): LabConfig {
  for (const key of Object.keys(raw)) {
    if (!isKey(key)) {
      throw new InputError(
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
  const meant =
    key.length >= 4 && holding.length > 0 && holding.length <= 5 ? holding : [closest(key, known)];
  const names = meant.map((name) => `'${name}'`).join(' or ');
  return `unknown key '${key}'. Did you mean ${names}? Pulumi.yaml lists every key`;
}

function parseKey(key: Key, value: string | undefined, where: string): unknown {
  if (value === undefined) {
    throw new InputError(
      `${where}: ${key} has no value and Pulumi.yaml declares no default for it`,
    );
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
 * @throws InputError for a value that is not allowed
 */
export function parseValue(key: Key, value: string, where: string, how: string): unknown {
  const { schema, allowed } = keys[key];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(
    `${where}: ${key}: '${value}' is not allowed${inside(result.error)}. ` +
      `Allowed: ${allowed}. For example: ${how}`,
  );
}

/** For a structured value, which of its fields is wrong. */
function inside(error: z.ZodError): string {
  const issue = likeliest(error.issues);
  if (issue === undefined) return '';
  if (issue.path.length > 0) return ` (${issue.path.join('.')}: ${issue.message})`;
  // About a whole value, zod's own words say less than what is allowed.
  return /^(Invalid|Too) /.test(issue.message) ? '' : ` (${issue.message})`;
}

/** Of a choice between forms, what is wrong by the form that knows all the fields. */
function likeliest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const issue = issues[0];
  if (issue?.code !== 'invalid_union') return issue;
  const meant = issue.errors.find((form) => form.every(({ code }) => code !== 'unrecognized_keys'));
  const inner = likeliest(meant ?? []);
  return inner && { ...inner, path: [...issue.path, ...inner.path] };
}

export function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text}'`;
}

/** Names that other parts of the experiment have. */
const TAKEN_NAMES: readonly string[] = ['pyclient', 'envoy', 'circuit-lab', 'sleep', 'fortio'];

function checkCombinations(config: LabConfig, where: string): void {
  if (config.maxConcurrentStreams > 0 && config.h2UpgradePolicy !== 'UPGRADE') {
    throw new InputError(
      `${where}: maxConcurrentStreams: '${config.maxConcurrentStreams}' has no effect on HTTP/1.1: ` +
        'istiod drops it unless the cluster speaks HTTP/2. Set h2UpgradePolicy to UPGRADE as well, ' +
        'or maxConcurrentStreams to 0.',
    );
  }
  if (TAKEN_NAMES.includes(config.serverName)) {
    throw new InputError(
      `${where}: serverName: '${config.serverName}' is the name of another part of the experiment ` +
        `(${TAKEN_NAMES.join(', ')} are). Choose another, such as pyserver.`,
    );
  }
  const isSplit = Object.values(config.versions).some(({ weight }) => weight !== undefined);
  if (config.policyScope === 'subsets' && !isSplit) {
    throw new InputError(
      `${where}: policyScope: 'subsets' needs subsets. Give the versions weights, such as ` +
        'versions {"v1":{"weight":50},"v2":{"weight":50}}, or set policyScope to service.',
    );
  }
  if (config.entry === 'gateway' && !config.gateways.includes('ingress')) {
    throw new InputError(
      `${where}: entry: 'gateway' finds no route: the VirtualService holds for ` +
        `${config.gateways.join(', ')} only. Add ingress to gateways, or set entry to mesh.`,
    );
  }
  if (config.images === 'build' && config.registry === '') {
    throw new InputError(
      `${where}: images: 'build' needs a registry to push to. Set registry, such as ` +
        "ghcr.io/someone, or images to kind, minikube or k3d, which load them into the tool's cluster.",
    );
  }
  if (config.mtls === 'strict' && !config.injection) {
    throw new InputError(
      `${where}: mtls: 'strict' has no effect without sidecars. Set injection to true, or mtls to ` +
        'permissive.',
    );
  }
  if (config.batches === 0 && config.maxBatches < config.warmBatches) {
    throw new InputError(
      `${where}: maxBatches: '${config.maxBatches}' is less than warmBatches ` +
        `(${config.warmBatches}), so the run could never end well. Raise maxBatches.`,
    );
  }
}
