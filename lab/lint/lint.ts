/** Every rule asked of a mesh: what it finds, and what an annotation sets aside. */
import {
  type Finding,
  type LintReport,
  type LintRule,
  SEVERITIES,
} from '../../experiment/lintReport.ts';
import { componentOf, originOf } from '../objects/origin.ts';
import { inWords } from './inWords.ts';
import { type LintInput, type LintMesh, lintMeshOf } from './lintMesh.ts';
import type { Place } from './place.ts';
import type { Edit, Hit, Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { ignoredIn, SUPPRESSION, unreasoned } from './suppression.ts';

/** A finding, and what `--fix` would do about it. */
export interface Found {
  readonly finding: Finding;
  readonly at: Place;
  readonly edits: readonly Edit[];
}

export interface Linted {
  readonly rules: readonly LintRule[];
  /** The worst first; of one severity by place. */
  readonly found: readonly Found[];
  readonly suppressed: LintReport['suppressed'];
}

export function lint(input: LintInput, rules: readonly Rule[] = RULES): Linted {
  const mesh = lintMeshOf(input);
  const all = rules.flatMap((rule) => {
    const hits = onceEach(rule.find(mesh)).filter(({ at }) => isGiven(mesh, at));
    return hits.map((hit) => foundBy(rule, hit, mesh));
  });
  const own = unreasoned(input.objects).map((hit) => foundBy(SUPPRESSION, hit, mesh));
  const ignored = ignoredIn(input.objects);
  const judged = all.map((one) => ({ ...one, because: ignored(one.at, one.finding.rule) }));
  return {
    rules: [...rules.map(inWords), SUPPRESSION].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    found: [...judged.filter(({ because }) => because === undefined), ...own].toSorted(byWeight),
    suppressed: judged.flatMap(({ finding, because }) =>
      because === undefined ? [] : { ...finding, because },
    ),
  };
}

/** What was made up is nobody's mistake. */
function isGiven({ objectAt }: LintMesh, at: Place): boolean {
  return objectAt(at) !== undefined;
}

/** One for each field: of a service's ports and subsets the first speaks for all. */
function onceEach(hits: readonly Hit[]): Hit[] {
  const byPlace = new Map<string, Hit>();
  for (const hit of hits) {
    const { kind, namespace, name, path } = hit.at;
    const key = [kind, namespace, name, ...path].join(' ');
    // One that says what it costs says more.
    const known = byPlace.get(key);
    if (known === undefined || (known.cost === undefined && hit.cost !== undefined)) {
      byPlace.set(key, hit);
    }
  }
  return [...byPlace.values()];
}

function foundBy(rule: LintRule | Rule, hit: Hit, { objectAt }: LintMesh): Found {
  const { at, sentence, cost, fix = rule.fix, edits = [] } = hit;
  const object = objectAt(at);
  const origin = object && originOf(object);
  const component = object && componentOf(object);
  return {
    at,
    edits,
    finding: {
      rule: rule.id,
      severity: rule.severity,
      object: `${at.kind} ${at.namespace}/${at.name}`,
      field: at.path.join('.'),
      ...(origin && { file: origin.file, line: origin.lineOf(at.path) }),
      ...(component !== undefined && { component }),
      sentence,
      ...(cost !== undefined && { cost }),
      fix,
      fixable: edits.length > 0 && origin !== undefined,
    },
  };
}

function byWeight({ finding: a }: Found, { finding: b }: Found): number {
  const place = ({ file = '', object, line = 0 }: Finding): string =>
    [file, String(line).padStart(7, '0'), object].join(' ');
  const weight = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return weight !== 0 ? weight : place(a) < place(b) ? -1 : Number(place(a) !== place(b));
}
