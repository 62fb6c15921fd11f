/** Each rule of the linter as a policy of the whole stack. */
import type {
  EnforcementLevel,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity as PolicySeverity,
  StackValidationArgs,
  StackValidationPolicy,
} from '@pulumi/policy';
import { LabError } from '../errors/labError.ts';
import type { LintRule, Severity } from '../experiment/lintReport.ts';
import { type Linted, lint } from '../lab/lint/lint.ts';
import { RULES } from '../lab/lint/rules.ts';
import { SUPPRESSION } from '../lab/lint/suppression.ts';
import { housed } from '../lab/mesh/madeUp/complete.ts';
import { describe } from '../lab/objects/experimentOf.ts';
import type { KubernetesObject } from '../lab/objects/object.ts';
import { namespaceOf } from '../lab/objects/parse.ts';

/** An error does nothing, or the opposite of what it says: nobody means that. */
const LEVELS: Readonly<Record<Severity, EnforcementLevel>> = {
  error: 'mandatory',
  warning: 'advisory',
  note: 'advisory',
};

const SEVERITIES: Readonly<Record<Severity, PolicySeverity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
};

export function policies(): StackValidationPolicy[] {
  return [SUPPRESSION, ...RULES].map((rule) => policyOf(rule));
}

/** What each resource was asked for with, by its URN. */
const asked = new Map<string, unknown>();

/** Belongs before the policies: in a preview they see what providers tell of a stack, which is nothing yet. */
export const ASKED_FOR = {
  name: 'objects',
  description: 'Reads what the objects ask for, of which the rules speak; it finds nothing itself.',
  enforcementLevel: 'advisory',
  validateResource: ({ urn, props }: Pick<ResourceValidationArgs, 'urn' | 'props'>) => {
    asked.set(urn, props);
  },
} satisfies ResourceValidationPolicy;

function policyOf(rule: Omit<LintRule, 'sources'>): StackValidationPolicy {
  const { id, name, severity, title, reason, fix } = rule;
  return {
    name: `${id}-${name}`,
    displayName: `${id} ${title}`,
    description: `${title}. ${reason}`,
    enforcementLevel: LEVELS[severity],
    severity: SEVERITIES[severity],
    remediationSteps: fix,
    validateStack: (stack, report) => {
      validate(id, stack, report);
    },
  };
}

function validate(id: string, stack: StackValidationArgs, report: ReportViolation): void {
  const { linted, urnOf, refused } = lintedStack(stack);
  if (refused !== undefined) {
    // Once: what cannot be read is no rule's own.
    if (id === SUPPRESSION.id) report(`cannot be judged: ${refused}`);
    return;
  }
  for (const { finding, at } of linted.found) {
    if (finding.rule !== id) continue;
    const { object, field, sentence, cost, fix } = finding;
    const costs = cost === undefined ? '' : ` Costs: ${cost}.`;
    report(`${object}, ${field}: ${sentence}.${costs} Fix: ${fix}.`, urnOf(at));
  }
}

interface LintedStack {
  readonly linted: Linted;
  readonly urnOf: (at: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  }) => string | undefined;
  /** Why nothing could be judged. */
  readonly refused?: string;
}

const NOTHING: Linted = { rules: [], found: [], suppressed: [] };

/** Every policy asks about the same stack: it is linted once. */
const known = new WeakMap<object, LintedStack>();

function lintedStack({ resources }: StackValidationArgs): LintedStack {
  const [first] = resources;
  if (first === undefined) return { linted: NOTHING, urnOf: () => undefined };
  const found = known.get(first) ?? lintResources(resources);
  known.set(first, found);
  return found;
}

function lintResources(resources: StackValidationArgs['resources']): LintedStack {
  const urns = new Map<string, string>();
  const objects = resources.flatMap(({ type, urn, props }) => {
    const object = /^kubernetes:(?!helm\.sh|yaml|kustomize)/.test(type)
      ? objectIn(asked.get(urn) ?? props)
      : undefined;
    if (object === undefined) return [];
    urns.set(keyOf(object.kind, namespaceOf(object), object.metadata.name), urn);
    return [object];
  });
  const urnOf: LintedStack['urnOf'] = ({ kind, namespace, name }) =>
    urns.get(keyOf(kind, namespace, name));
  try {
    const { behaviour, clientLoad, replicas } = describe(objects, '', undefined).experiment;
    const { mesh } = housed(objects, { behaviour, load: clientLoad, replicas });
    return { linted: lint({ mesh, objects, replicas }), urnOf };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { linted: NOTHING, urnOf, refused: error.message };
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** Undefined for what is not known enough yet to be told from others. */
function objectIn(props: unknown): KubernetesObject | undefined {
  const object = knownOf(props);
  return isObject(object) ? object : undefined;
}

function isObject(value: unknown): value is KubernetesObject {
  const { kind, apiVersion, metadata } = (value ?? {}) as Partial<KubernetesObject>;
  return kind !== undefined && apiVersion !== undefined && metadata?.name !== undefined;
}

/** What of a resource is known: in a preview, to look at the rest throws. */
function knownOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((_, index) => knownAt(value, index));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value).flatMap((key) => {
      const own = knownAt(value, key);
      return own === undefined ? [] : [[key, own]];
    }),
  );
}

function knownAt(of: object, key: string | number): unknown {
  let value: unknown;
  try {
    value = (of as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return undefined;
  }
  return knownOf(value);
}
