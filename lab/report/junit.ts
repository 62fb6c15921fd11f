/** For continuous integration: JUnit's XML, a test case for each rule of the linter, or check of a run. */
import Builder from 'fast-xml-builder';
import type { Finding, LintReport, LintRule } from '../../experiment/lintReport.ts';
import type { Observation } from '../../experiment/observation.ts';
import type { Failure } from '../../experiment/summary.ts';
import type { Format } from './format.ts';
import { whereIs } from './lintText.ts';

export const junit: Format = {
  alone: true,
  renderers: {
    lint: lintSuite,
    observation: (observation) => suites('lab run', [runSuite(observation)]),
    summary: ({ observations, failures }) =>
      suites('lab run', [...observations.map(runSuite), ...failures.map(brokenSuite)]),
  },
  error: (_, message) => `${message}\n`,
};

const builder = new Builder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });

/** An attribute, in the builder's notation. */
function attributes(of: Readonly<Record<string, string | number>>): object {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [`@_${name}`, value]));
}

function lintSuite(report: LintReport): string {
  const { name, rules } = report;
  const cases = rules.map((rule) => caseOf(rule, report));
  return suites('lab lint', [{ name, cases }]);
}

interface Suite {
  readonly name: string;
  readonly cases: readonly object[];
}

function suites(name: string, all: readonly Suite[]): string {
  const xml = builder.build({
    '?xml': attributes({ version: '1.0', encoding: 'UTF-8' }),
    testsuites: {
      ...attributes({ name, ...countsOf(all.flatMap(({ cases }) => cases)) }),
      testsuite: all.map((suite) => ({
        ...attributes({ name: suite.name, ...countsOf(suite.cases) }),
        testcase: suite.cases,
      })),
    },
  });
  return xml.endsWith('\n') ? xml : `${xml}\n`;
}

function countsOf(cases: readonly object[]): Readonly<Record<string, number>> {
  const having = (kind: string): number => cases.filter((one) => kind in one).length;
  return {
    tests: cases.length,
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  };
}

/** A case for each check; what this run cannot tell is skipped. */
function runSuite({ stack, verdict }: Observation): Suite {
  const { because } = verdict;
  return {
    name: stack,
    cases: verdict.checks.map(({ name, expected, seen, outcome }) => ({
      ...attributes({ name, classname: stack }),
      ...(outcome === 'does not hold' && {
        failure: attributes({ message: `expected ${expected}, seen ${seen}` }),
      }),
      ...(outcome === 'inconclusive' && {
        skipped: attributes({ message: because ?? `expected ${expected}, seen ${seen}` }),
      }),
    })),
  };
}

/** Of an experiment that could not run. */
function brokenSuite({ stack, reason }: Failure): Suite {
  const error = attributes({ message: reason });
  return { name: stack, cases: [{ ...attributes({ name: 'it runs', classname: stack }), error }] };
}

/** A note is no failure; what is set aside makes a case that is skipped, unless there is more. */
function caseOf({ id, name, title }: LintRule, { findings, suppressed }: LintReport): object {
  const own = findings.filter(({ rule }) => rule === id);
  const failures = own.filter(({ severity }) => severity !== 'note');
  const notes = own.filter(({ severity }) => severity === 'note');
  const aside = suppressed.filter(({ rule }) => rule === id);
  return {
    ...attributes({ name: `${id} ${title}`, classname: `lint.${name}` }),
    ...(failures.length > 0 && {
      failure: failures.map((finding) => ({
        ...attributes({
          message: `${whereIs(finding)}: ${finding.sentence}`,
          type: finding.severity,
        }),
        '#text': textOf(finding),
      })),
    }),
    ...(failures.length === 0 &&
      aside.length > 0 && {
        skipped: attributes({
          message: aside.map((one) => `${whereIs(one)}: ${one.because}`).join('; '),
        }),
      }),
    ...(notes.length > 0 && { 'system-out': notes.map(textOf).join('\n') }),
  };
}

function textOf(finding: Finding): string {
  const { severity, sentence, cost, fix } = finding;
  return [
    `${whereIs(finding)}: ${severity}: ${sentence}.`,
    ...(cost === undefined ? [] : [`Costs: ${cost}.`]),
    `Fix: ${fix}.`,
  ].join(' ');
}
