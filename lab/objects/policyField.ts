/** A field of a DestinationRule's traffic policy, set as if its text had it: what a sweep turns. */
import type { TrafficPolicy } from '../../istio/destinationRule.ts';
import { LabError } from '../../errors/labError.ts';
import type { KubernetesObject } from './object.ts';

interface Policied {
  readonly trafficPolicy?: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

interface RuleSpec extends Policied {
  readonly host?: string;
  readonly subsets?: readonly (Policied & { readonly name: string })[];
}

export type PolicyPath = readonly [keyof TrafficPolicy, ...string[]];

/**
 * The one DestinationRule whose policy is meant.
 *
 * @throws LabError where there is none or several, or where parts of it have a policy of their own there
 */
export function meantRule(
  objects: readonly KubernetesObject[],
  [part]: PolicyPath,
  where: string,
): KubernetesObject {
  const [rule, ...others] = objects.filter(isRule);
  if (rule === undefined) {
    throw new LabError(
      `${where}: turns a DestinationRule's policy, and the objects have none: add one`,
    );
  }
  if (others.length > 0) {
    const names = [rule, ...others].map(({ metadata }) => metadata.name).join(', ');
    throw new LabError(
      `${where}: which DestinationRule is meant, of ${names}? Name manifests that have one of them, ` +
        'such as --manifests <file>',
    );
  }
  const { subsets = [], trafficPolicy = {} } = specOf(rule);
  const ports = trafficPolicy['portLevelSettings'] as readonly Fields[] | undefined;
  const own = [
    ...subsets
      .filter((subset) => part in (subset.trafficPolicy ?? {}))
      .map(({ name }) => `subset ${name}`),
    ...(ports?.some((port) => part in port) ? ['portLevelSettings'] : []),
  ];
  if (own.length === 0) return rule;
  throw new LabError(
    `${where}: DestinationRule ${rule.metadata.name} has a ${part} of its own for ${own.join(', ')}: ` +
      'which one is meant cannot be told. Leave one of them in a copy of the manifests',
  );
}

/**
 * The objects with the field of their rule set, or taken away where it is undefined. A rule whose subsets
 * have the policy in its place has it set in each.
 */
export function withPolicyField(
  objects: readonly KubernetesObject[],
  path: PolicyPath,
  value: unknown,
): KubernetesObject[] {
  return objects.map((object) =>
    isRule(object) ? { ...object, spec: withField(specOf(object), path, value) } : object,
  );
}

/** What the rule has there; undefined for nothing. */
export function policyField(rule: KubernetesObject, path: PolicyPath): unknown {
  return path.reduce<unknown>(
    (found, field) => (found as Fields | undefined)?.[field],
    specOf(rule).trafficPolicy,
  );
}

function withField(spec: RuleSpec, path: PolicyPath, value: unknown): RuleSpec {
  const { trafficPolicy, subsets } = spec;
  if (trafficPolicy === undefined && subsets?.some((subset) => subset.trafficPolicy)) {
    return {
      ...spec,
      subsets: subsets.map((subset) => set(subset, ['trafficPolicy', ...path], value) as never),
    };
  }
  return set(spec, ['trafficPolicy', ...path], value);
}

/** What is left empty goes with what is taken away. */
function set(fields: object, [field = '', ...rest]: readonly string[], value: unknown): object {
  const { [field]: old, ...others } = fields as Fields;
  const changed = rest.length === 0 ? value : set((old as Fields | undefined) ?? {}, rest, value);
  const isGone =
    changed === undefined || (rest.length > 0 && Object.keys(changed as object).length === 0);
  return isGone ? others : { ...others, [field]: changed };
}

function isRule({ kind }: KubernetesObject): boolean {
  return kind === 'DestinationRule';
}

function specOf(rule: KubernetesObject): RuleSpec {
  return rule['spec'] as RuleSpec;
}
