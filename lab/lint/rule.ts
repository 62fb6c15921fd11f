/** What a rule of the linter is: one file in rules/, from its sentence to the experiment that shows it. */
import type { z } from 'zod';
import type { Expectation } from '../../experiment/expectation.ts';
import type { experimentFile } from '../../experiment/experimentFile.ts';
import type { LintRule } from '../../experiment/lintReport.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { LintMesh } from './lintMesh.ts';
import type { Path, Place } from './place.ts';

/** What `--fix` does: only what cannot make it worse. */
export type Edit =
  | { readonly set: Path; readonly to: unknown }
  | { readonly remove: Path }
  /** A further object, after the one that the finding is about. */
  | { readonly add: KubernetesObject };

/** What a rule found. */
export interface Hit {
  readonly at: Place;
  /** With the object's own numbers, and no full stop. */
  readonly sentence: string;
  /** What it costs at the load that is stated, where one is. */
  readonly cost?: string | undefined;
  /** What to do here; the rule's own words where unset. */
  readonly fix?: string;
  readonly edits?: readonly Edit[];
}

export interface Rule extends Omit<LintRule, 'sources'> {
  readonly sources: readonly Source[];
  /** Whether it applies, and where: of nothing but the mesh. */
  readonly find: (lint: LintMesh) => readonly Hit[];
  readonly experiment: RuleExperiment;
}

/** Where it is written: a document with its address, or a case of this project's. */
export interface Source {
  readonly text: string;
  readonly url?: string;
}

/** The same load on manifests that the rule is for, and on the same without the fault. */
export interface RuleExperiment {
  /** How late a part of it may be without changing what is expected; a tenth of a second where unset. */
  readonly tolerates?: string;
  /** Load, behaviour and what else both sides have in common. */
  readonly common: Omit<z.input<typeof experimentFile>, 'description' | 'expect' | 'serviceTime'>;
  readonly bad: Side;
  readonly good: Side;
}

export interface Side {
  /** What is to be seen there, in one line. */
  readonly shows: string;
  /** What the manifests lack is made up, as for anybody's. */
  readonly objects: readonly KubernetesObject[];
  readonly expect: readonly Expectation[];
}
