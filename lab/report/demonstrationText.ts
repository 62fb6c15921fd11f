/** A rule of the linter, and what its experiment showed, for people. */
import { stripVTControlCharacters } from 'node:util';
import type { Demonstration } from '../../experiment/demonstration.ts';
import { bold, dim, drawTable, judged } from './table.ts';

export function demonstrationText(
  { rule, bad, good, outcome }: Demonstration,
  colour: boolean,
): string {
  const sections = [
    `${bold(`${rule.id} ${rule.name}`)}: ${rule.title}.\n${rule.reason}\nFix: ${rule.fix}.`,
    side('With the fault', bad),
    side('Without it', good),
    `The experiment ${outcome === 'holds' ? 'shows it' : outcome === 'inconclusive' ? 'is inconclusive' : 'does not show it'}.`,
    ...(outcome === 'inconclusive'
      ? [bad, good].flatMap(({ observation }) => observation.verdict.because ?? [])
      : []),
  ];
  const text = `${sections.join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

function side(title: string, { shows, manifests, observation }: Demonstration['bad']): string {
  const { checks } = observation.verdict;
  return [
    `${bold(title)}: ${shows}.`,
    manifests
      .trimEnd()
      .split('\n')
      .map((line) => dim(`  ${line}`))
      .join('\n'),
    drawTable(
      ['left', 'left', 'left', 'left'],
      [
        ['', 'expected', 'seen', ''],
        ...checks.map(({ name, expected, seen, outcome }) => [
          name,
          expected,
          seen,
          judged(outcome),
        ]),
      ],
    ),
    ...observation.explanation,
  ].join('\n');
}
