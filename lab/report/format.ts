/** What a format of `--format` is: a renderer for each of the documents that it can tell. */
import type { Alerts } from '../../experiment/alerts.ts';
import type { Comparison } from '../../experiment/comparison.ts';
import type { Demonstration } from '../../experiment/demonstration.ts';
import type { LintReport } from '../../experiment/lintReport.ts';
import type { MeshView } from '../../experiment/meshView.ts';
import type { Observation } from '../../experiment/observation.ts';
import type { Outcomes } from '../../experiment/outcomes.ts';
import type { Prediction } from '../../experiment/prediction.ts';
import type { Recommendation } from '../../experiment/recommendation.ts';
import type { RecoveryDocument } from '../../experiment/recovery.ts';
import type { StackLine } from '../../experiment/stackList.ts';
import type { Summary } from '../../experiment/summary.ts';
import type { Sweep } from '../../experiment/sweep.ts';
import type { Diagnosis } from '../environment/doctor.ts';

/** What a command prints in whichever format it is asked for. */
export interface Documents {
  readonly observation: Observation;
  readonly summary: Summary;
  readonly comparison: Comparison;
  readonly outcomes: Outcomes;
  readonly prediction: Prediction;
  readonly sweep: Sweep;
  readonly recommendation: Recommendation;
  readonly recovery: RecoveryDocument;
  readonly mesh: MeshView;
  readonly lint: LintReport;
  readonly demonstration: Demonstration;
  readonly list: readonly StackLine[];
  readonly doctor: Diagnosis;
  readonly alerts: Alerts;
}

export type DocumentName = keyof Documents;

/** @param colour whether the text may hold terminal colours */
export type Render<T> = (document: T, colour: boolean) => string;

export interface Format {
  /** Whether standard output has the document alone: what goes on meanwhile is on standard error. */
  readonly alone: boolean;
  /** The documents that it can tell. */
  readonly renderers: { readonly [Name in DocumentName]?: Render<Documents[Name]> };
  /** What a command that fails says on standard error. */
  readonly error: (code: string, message: string) => string;
}
