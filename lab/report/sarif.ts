/** For code scanning: what the linter found in SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, LintReport, LintRule } from '../../experiment/lintReport.ts';
import type { Format } from './format.ts';
import { asJson } from './json.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export const sarif: Format = {
  alone: true,
  renderers: { lint: (report) => asJson(logOf(report)) },
  error: (_, message) => `${message}\n`,
};

function logOf({ rules, findings, suppressed }: LintReport): object {
  const places = new Map(rules.map(({ id }, index) => [id, index]));
  const results = [
    ...findings.map((finding) => resultOf(finding, places)),
    ...suppressed.map(({ because, ...finding }) => ({
      ...resultOf(finding, places),
      suppressions: [{ kind: 'inSource', justification: because }],
    })),
  ];
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'circuit-lab', rules: rules.map(descriptorOf) } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function descriptorOf({ id, name, severity, title, reason, fix, sources }: LintRule): object {
  const url = sources.find((source) => source.url !== undefined)?.url;
  const written = sources.map((source) =>
    source.url === undefined ? `- ${source.text}` : `- [${source.text}](${source.url})`,
  );
  return {
    id,
    name: pascalCase(name),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: reason },
    help: {
      text: `${reason}\nFix: ${fix}.`,
      markdown: `${reason}\n\n**Fix**: ${fix}.\n\n${written.join('\n')}`,
    },
    ...(url !== undefined && { helpUri: url }),
    defaultConfiguration: { level: severity },
  };
}

/** `gateway-errors-above-5xx` as `GatewayErrorsAbove5xx`. */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function resultOf(finding: Finding, places: ReadonlyMap<string, number>): object {
  const { rule, severity, sentence, cost, fix, object, field, component } = finding;
  return {
    ruleId: rule,
    ruleIndex: places.get(rule),
    level: severity,
    message: {
      text: [
        `${sentence}.`,
        ...(cost === undefined ? [] : [`Costs: ${cost}.`]),
        `Fix: ${fix}.`,
      ].join(' '),
    },
    locations: [
      {
        ...physical(finding),
        logicalLocations: [
          { fullyQualifiedName: `${object} ${field}`, kind: 'object' },
          ...(component === undefined ? [] : [{ name: component, kind: 'module' }]),
        ],
      },
    ],
    // Lines move; the field of an object stays.
    partialFingerprints: { 'object/field': `${rule} ${object} ${field}` },
  };
}

function physical({ file, line }: Finding): object {
  if (file === undefined || file === 'standard input') return {};
  const uri = isAbsolute(file)
    ? pathToFileURL(file).href
    : file.split(sep).map(encodeURIComponent).join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: line ?? 1 } },
  };
}
