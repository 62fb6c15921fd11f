/** What a machine has, as text. */
import type { Diagnosis, Requirement } from '../environment/doctor.ts';
import { drawTable } from './table.ts';

/** A table, how to get what is missing, and whether the local platform works. */
export function doctorReport({ requirements, localPlatformReady }: Diagnosis): string {
  const table = drawTable(
    ['left', 'left', 'left'],
    [
      ['', 'found', 'needed for'],
      ...requirements.map((one) => [one.name, statusOf(one), one.neededFor]),
    ],
  );
  const remedies = requirements
    .filter(({ found }) => found === null)
    .map(({ name, howToGet }) => `  ${name}: ${howToGet}`);
  const sections = [
    table,
    ...(remedies.length === 0 ? [] : [['How to get what is not there:', ...remedies].join('\n')]),
    localPlatformReady
      ? 'The local platform has everything that it needs.'
      : 'The local platform lacks what is marked MISSING.',
  ];
  return `${sections.join('\n\n')}\n`;
}

function statusOf({ found, required }: Requirement): string {
  return found ?? (required ? 'MISSING' : '-');
}
