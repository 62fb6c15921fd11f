/** What the linter found, as other programs read it: SARIF by its schema, JUnit's XML. */
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import { describe, expect, it } from 'vitest';
import type { LintReport } from '../../../experiment/lintReport.ts';
import { policy } from '../../../lab/lint/manifests.ts';
import { writeYaml } from '../../../lab/objects/yaml.ts';
import { junit } from '../../../lab/report/junit.ts';
import { sarif } from '../../../lab/report/sarif.ts';
import { text } from '../../../lab/report/text.ts';
import { lintText } from '../lint/linted.ts';

function reportOf(yaml: string): LintReport {
  const { rules, found, suppressed } = lintText(yaml);
  return {
    name: 'rules <1> & "2"',
    digest: 'none',
    rules: [...rules],
    findings: found.map(({ finding }) => finding),
    suppressed,
    notJudged: [],
  };
}

const faulty = policy({
  outlierDetection: { consecutiveGatewayErrors: 10, interval: '5m', maxEjectionPercent: 100 },
});
const annotations = { 'circuit-lab/lint-ignore': 'CL025: it is "slow" & <meant> so' };
const report = reportOf(writeYaml({ ...faulty, metadata: { ...faulty.metadata, annotations } }));

describe('SARIF', () => {
  const log = JSON.parse(sarif.renderers.lint?.(report, false) ?? '') as {
    runs: [{ tool: { driver: { rules: { id: string }[] } }; results: SarifResult[] }];
  };
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  // It says draft 4, and has nothing that later drafts take otherwise but its own name.
  const { $schema: _, id: __, ...schema } = sarifSchema;
  const validate = ajv.compile(schema);

  interface SarifResult {
    ruleId: string;
    ruleIndex: number;
    level: string;
    locations: [
      {
        physicalLocation?: { artifactLocation: { uri: string }; region: { startLine: number } };
        logicalLocations: { name?: string; fullyQualifiedName?: string }[];
      },
    ];
    suppressions?: { justification: string }[];
  }

  it('is what its schema asks for, and the schema asks for something', () => {
    validate(log);
    expect(validate.errors).toBeNull();
    expect(validate({ ...log, version: '2.0.0' })).toBe(false);
    expect(validate({ ...log, runs: [{ results: [{}] }] })).toBe(false);
  });

  it('has a descriptor for every rule, and each result is of one', () => {
    const [{ tool, results }] = log.runs;
    const ids = tool.driver.rules.map(({ id }) => id);
    expect(ids).toEqual(report.rules.map(({ id }) => id));
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex } of results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  it('has file and line, and why a result is set aside', () => {
    const [{ results }] = log.runs;
    const own = results.find(({ ruleId }) => ruleId === 'CL004');
    expect(own?.level).toBe('warning');
    expect(own?.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'rules.yaml' },
      region: { startLine: 11 },
    });
    const aside = results.filter(({ suppressions }) => suppressions !== undefined);
    expect(aside).toMatchObject([
      { ruleId: 'CL025', suppressions: [{ justification: 'it is "slow" & <meant> so' }] },
    ]);
  });

  it('has the component where there is no file', () => {
    const findings = report.findings.map(({ file: _, line: __, ...finding }) => ({
      ...finding,
      component: 'breaker',
    }));
    const other = JSON.parse(
      sarif.renderers.lint?.({ ...report, findings }, false) ?? '',
    ) as typeof log;
    validate(other);
    expect(validate.errors).toBeNull();
    const [location] = other.runs[0].results[0]?.locations ?? [];
    expect(location?.physicalLocation).toBeUndefined();
    expect(location?.logicalLocations.map(({ name }) => name)).toContain('breaker');
  });
});

describe('JUnit', () => {
  const xml = junit.renderers.lint?.(report, false) ?? '';

  it('is XML, whatever the words in it', () => {
    expect(SyntaxValidator.validate(xml)).toBe(true);
  });

  it('has a case for each rule: failures, what is set aside, and notes', () => {
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      testsuites: { testsuite: { testcase: Record<string, unknown>[] } & Record<string, string> };
    };
    const { testcase, ...suite } = parsed.testsuites.testsuite;
    expect(suite).toMatchObject({
      '@_name': 'rules <1> & "2"',
      '@_tests': String(report.rules.length),
      '@_failures': '1',
      '@_skipped': '1',
    });
    const named = (id: string): Record<string, unknown> | undefined =>
      testcase.find((one) => String(one['@_name']).startsWith(id));
    expect(named('CL004')).toHaveProperty('failure');
    expect(named('CL025')?.['skipped']).toEqual({
      '@_message': 'rules.yaml:12: it is "slow" & <meant> so',
    });
    expect(named('CL012')).toHaveProperty('system-out');
    expect(named('CL012')).not.toHaveProperty('failure');
    expect(Object.keys(named('CL001') ?? {})).toEqual(['@_name', '@_classname']);
  });
});

describe('the text', () => {
  it('says where, what, what to do, and what is set aside', () => {
    expect(text.renderers.lint?.(report, false)).toMatch(
      new RegExp(
        [
          /^rules\.yaml:11: warning CL004: consecutiveGatewayErrors is 10, but .*\.$/,
          /^ {2}in: DestinationRule default\/server, spec\..*consecutiveGatewayErrors$/,
          /^ {2}fix: set consecutive5xxErrors to 0 as well.* \(--fix does it\)$/,
          /^ {2}seen on real Envoys: lab lint --show CL004$/,
        ]
          .map(({ source }) => source)
          .join('\n'),
        'm',
      ),
    );
    expect(text.renderers.lint?.(report, false)).toMatch(
      /Set aside by an annotation:\n {2}rules\.yaml:12: CL025: it is "slow" & <meant> so\n/,
    );
  });
});
