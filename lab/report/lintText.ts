/** What the linter found, for people. */
import { stripVTControlCharacters } from 'node:util';
import {
  type Finding,
  type LintReport,
  SEVERITIES,
  type Severity,
} from '../../experiment/lintReport.ts';
import { leftOutLines } from './leftOutLines.ts';
import { bold, dim, red, yellow } from './table.ts';

export function lintText(report: LintReport, colour: boolean): string {
  const { findings, suppressed, notJudged } = report;
  const sections = [
    ...findings.map((finding) => shown(finding)),
    listed(
      'Set aside by an annotation',
      suppressed.map(
        ({ because, ...finding }) => `${whereIs(finding)}: ${finding.rule}: ${because}`,
      ),
    ),
    listed(
      'Cannot be judged',
      leftOutLines(notJudged.filter(({ mayChangeOutcomes }) => mayChangeOutcomes)),
    ),
    total(report),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

const COLOURS: Readonly<Record<Severity, (text: string) => string>> = {
  error: red,
  warning: yellow,
  note: dim,
};

function shown(finding: Finding): string {
  const { rule, severity, sentence, cost, fix, fixable, object, field } = finding;
  return [
    `${bold(whereIs(finding))}: ${COLOURS[severity](severity)} ${rule}: ${sentence}.`,
    ...(finding.file === undefined ? [] : [`  in: ${object}, ${field}`]),
    ...(cost === undefined ? [] : [`  costs: ${cost}`]),
    `  fix: ${fix}${fixable ? ' (--fix does it)' : ''}`,
    dim(`  seen on real Envoys: lab lint --show ${rule}`),
  ]
    .filter((line) => rule !== 'CL000' || !line.includes('--show'))
    .join('\n');
}

/** `file.yaml:12`, else the component of the program, else the object alone. */
export function whereIs({ file, line, component, object, field }: Finding): string {
  if (file !== undefined) return `${file}:${line ?? 1}`;
  return `${component === undefined ? '' : `component ${component}, `}${object}, ${field}`;
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [bold(`${title}:`), ...lines.map((line) => `  ${line}`)].join('\n');
}

function total({ name, findings, suppressed, rules }: LintReport): string {
  const counts = SEVERITIES.map((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  }).flat();
  const aside = suppressed.length === 0 ? '' : `, ${suppressed.length} set aside`;
  return counts.length === 0
    ? `${name}: none of ${rules.length} rules found anything${aside}.`
    : `${name}: ${counts.join(', ')}${aside}.`;
}
