/** For continuous integration: JUnit's XML, a test case for each rule of the linter. */
import Builder from 'fast-xml-builder';
import type { Finding, LintReport, LintRule } from '../../experiment/lintReport.ts';
import type { Format } from './format.ts';
import { whereIs } from './lintText.ts';

export const junit: Format = {
  alone: true,
  renderers: { lint: lintSuite },
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
  const counts = {
    tests: cases.length,
    failures: cases.filter((one) => 'failure' in one).length,
    errors: 0,
    skipped: cases.filter((one) => 'skipped' in one).length,
  };
  const xml = builder.build({
    '?xml': attributes({ version: '1.0', encoding: 'UTF-8' }),
    testsuites: {
      ...attributes({ name: 'lab lint', ...counts }),
      testsuite: { ...attributes({ name, ...counts }), testcase: cases },
    },
  });
  return xml.endsWith('\n') ? xml : `${xml}\n`;
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
