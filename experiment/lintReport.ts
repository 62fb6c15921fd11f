/** What the linter found, as one JSON document: what `lab lint --json` prints. */
import { z } from 'zod';
import { leftOut } from './leftOut.ts';

/** The worst first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

/** An error does the opposite of what it says, or nothing; a warning does less or more; a note is to be known. */
export const severity = z.enum(SEVERITIES);

export const lintRule = z.strictObject({
  /** Such as `CL004`: it never changes. */
  id: z.string().regex(/^CL\d{3}$/),
  /** Such as `gateway-errors-above-5xx`. */
  name: z.string(),
  severity,
  /** What is wrong, in one line. */
  title: z.string(),
  /** Why it is so, in Istio's and Envoy's own terms. */
  reason: z.string(),
  /** What to do, in general. */
  fix: z.string(),
  /** Where it is written, or what showed it. */
  sources: z.array(z.strictObject({ text: z.string(), url: z.url().optional() })).min(1),
});

export const finding = z.strictObject({
  rule: z.string(),
  severity,
  /** As every message names an object: `DestinationRule shop/server`. */
  object: z.string(),
  /** Where in it, such as `spec.trafficPolicy.outlierDetection`. */
  field: z.string(),
  /** The file that holds the object, as it was given; absent for one that comes from the program. */
  file: z.string().optional(),
  /** Of the field, or of the nearest above it, from 1. */
  line: z.int().min(1).optional(),
  /** The component of the program that made the object. */
  component: z.string().optional(),
  /** What is wrong here, with the object's own numbers. */
  sentence: z.string(),
  /** What it costs at the load that is stated, where one is. */
  cost: z.string().optional(),
  /** What to do here. */
  fix: z.string(),
  /** Whether `--fix` can do it. */
  fixable: z.boolean(),
});

export const lintReport = z.strictObject({
  /** A stack, or what the manifests are called. */
  name: z.string(),
  /** SHA-256 of the objects. */
  digest: z.string(),
  /** All that were asked, whether they found something or not. */
  rules: z.array(lintRule),
  /** The worst first; of one severity by place. */
  findings: z.array(finding),
  /** Findings that an annotation of their object sets aside, and why. */
  suppressed: z.array(finding.extend({ because: z.string() })),
  /** What could not be judged, as Istio refuses it, or the lab does not model it. */
  notJudged: z.array(leftOut),
});

export type Severity = z.infer<typeof severity>;
export type LintRule = z.infer<typeof lintRule>;
export type Finding = z.infer<typeof finding>;
export type LintReport = z.infer<typeof lintReport>;

/** Whether one is at least as bad as another. */
export function isAtLeast(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);
}
