/**
 * Findings that somebody knows of, and why they stay: an annotation of the object,
 * `circuit-lab/lint-ignore: "CL004: the gateway in front answers 502 while it reloads"`. Several stand
 * on lines of their own, or behind semicolons.
 */
import type { LintRule } from '../../experiment/lintReport.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { namespaceOf } from '../objects/parse.ts';
import type { Place } from './place.ts';
import type { Hit } from './rule.ts';

export const ANNOTATION = 'circuit-lab/lint-ignore';

export const SUPPRESSION: LintRule = {
  id: 'CL000',
  name: 'suppression-without-reason',
  severity: 'error',
  title: 'A suppression without a reason suppresses nothing',
  reason:
    'Whoever reads the manifest later has to know why a finding stays. An annotation sets aside what it names, for the ' +
    'reason that it gives.',
  fix: `write ${ANNOTATION}: "CL004: why it stays"`,
  sources: [{ text: 'this project' }],
};

interface Entry {
  /** As it is written. */
  readonly text: string;
  /** Undefined where the entry does not begin with one. */
  readonly id: string | undefined;
  readonly because: string;
}

/** A semicolon ends an entry only where the next one begins. */
function entriesOf({ metadata }: KubernetesObject): Entry[] {
  return (metadata.annotations?.[ANNOTATION] ?? '')
    .split(/\n|;(?=\s*CL\d)/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const [, id, because = ''] = /^(CL\d{3})(?::\s*(.*))?$/.exec(text) ?? [];
      return { text, id, because };
    });
}

/** @returns why a finding at a place is set aside; undefined where it is not */
export function ignoredIn(
  objects: readonly KubernetesObject[],
): (at: Omit<Place, 'path'>, id: string) => string | undefined {
  const reasons = new Map(
    objects.flatMap((object) =>
      entriesOf(object)
        .filter(({ id, because }) => id !== undefined && because !== '')
        .map(({ id, because }) => [keyOf(placeOf(object), id ?? ''), because] as const),
    ),
  );
  return (at, id) => reasons.get(keyOf(at, id));
}

function keyOf({ kind, namespace, name }: Omit<Place, 'path'>, id: string): string {
  return `${kind} ${namespace}/${name} ${id}`;
}

function placeOf(object: KubernetesObject): Omit<Place, 'path'> {
  return { kind: object.kind, namespace: namespaceOf(object), name: object.metadata.name };
}

/** The suppressions that give no reason, or name no rule. */
export function unreasoned(objects: readonly KubernetesObject[]): Hit[] {
  return objects.flatMap((object) =>
    entriesOf(object)
      .filter(({ id, because }) => id === undefined || because === '')
      .map(({ text, id }) => ({
        at: { ...placeOf(object), path: ['metadata', 'annotations', ANNOTATION] },
        sentence:
          id === undefined
            ? `'${text}' names no rule, and so suppresses nothing`
            : `'${text}' gives no reason, and so suppresses nothing`,
      })),
  );
}
