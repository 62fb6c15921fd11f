/** A recovery as text: before, during and after, whether it comes back and when, and the map. */
import { stripVTControlCharacters } from 'node:util';
import type { RecoveryCell, RecoveryDocument, RecoveryPart } from '../../experiment/recovery.ts';
import { formatDuration } from '../../istio/duration.ts';
import { leftOutLines } from './leftOutLines.ts';
import { bold, type Cell, dim, drawTable, green, judgedCheck, red } from './table.ts';

/** @param colour whether the text may hold terminal colours */
export function recoveryReport(document: RecoveryDocument, colour: boolean): string {
  const sections = [
    heading(document),
    partsTable([
      ['before', document.before],
      ['during', document.during],
      ['at the end', document.atTheEnd],
    ]),
    `${verdict(document)}\n${document.because}`,
    map(document),
    checked(document),
    leftOut(document),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text).replace(/ +$/gm, '');
}

function heading({ stack, disturbance, course, seeds }: RecoveryDocument): string {
  return (
    `${bold(stack)}: ${disturbance}, from ${time(course.fromMs)} to ${time(course.toMs)} of ` +
    `${time(course.endMs)}, in ${seeds} simulated runs`
  );
}

function partsTable(parts: readonly (readonly [string, RecoveryPart])[]): string {
  return drawTable(
    ['left', 'right', 'right', 'right'],
    [
      ['', 'answered', 'p90', 'attempts a request'].map((head) => (head === '' ? '' : dim(head))),
      ...parts.map(([name, { success, p90Ms, attempts }]): Cell[] => [
        name,
        `${Number((100 * success).toFixed(1))}%`,
        p90Ms === null ? '-' : time(p90Ms),
        Number(attempts.toFixed(2)),
      ]),
    ],
  );
}

function verdict(document: RecoveryDocument): string {
  const { back, seeds, medianBackAfterMs, worstBackAfterMs, course } = document;
  const watched = time(course.endMs - course.toMs);
  if (back === 0) return red(`It does not come back in the ${watched} that it is watched.`);
  const median =
    medianBackAfterMs === null ? '' : `, ${after(medianBackAfterMs)} in the median run`;
  if (back < seeds) return red(`It comes back in ${back} of ${seeds} runs${median}.`);
  return green(`It comes back${median}, ${after(worstBackAfterMs ?? 0)} in the slowest.`);
}

function after(ms: number): string {
  return ms === 0 ? 'at once' : `after ${time(ms)}`;
}

/** Retries down, limits across: the median time that it takes to come back. */
function map({ map: cells }: RecoveryDocument): string {
  const limits = [...new Set(cells.map(({ maxConnections }) => maxConnections))];
  const rows = [...Map.groupBy(cells, ({ retries }) => retries)];
  return drawTable(
    ['left', ...limits.map(() => 'right' as const)],
    [
      ['comes back after; retries down, maxConnections across', ...limits.map(limitOf)].map(
        (head) => dim(head),
      ),
      ...rows.map(([retries, row]) => [retriesOf(retries), ...row.map(cellOf)]),
    ],
  );
}

function retriesOf(retries: number): string {
  return `${retries} ${retries === 1 ? 'retry' : 'retries'}`;
}

function limitOf(limit: number): string {
  return limit === 0 ? 'no limit' : String(limit);
}

function cellOf({ carries, back, runs, medianBackAfterMs }: RecoveryCell): string {
  if (!carries) return dim('too little');
  if (back === 0) return red('never');
  const median = medianBackAfterMs === null ? '' : `${time(medianBackAfterMs)} `;
  return back === runs ? median.trim() : red(`${median}${back}/${runs}`);
}

function checked({ check }: RecoveryDocument): string {
  if (check === null) return '';
  const { own, other } = check;
  const sections = [own, ...(other === null ? [] : [other])].map((seen, index) => {
    const { retries, maxConnections, backAfterMs } = seen;
    const name =
      index === 0
        ? 'the stack as it is'
        : `${retriesOf(retries)}, maxConnections ${limitOf(maxConnections)}`;
    const came = backAfterMs === null ? 'does not come back' : `comes back ${after(backAfterMs)}`;
    const most = seen.runs === 1 ? '' : `, in ${seen.alike} of ${seen.runs} runs`;
    const back = seen.tells ? came + most : 'the machine was in the way, which tells nothing';
    return `On real Envoys, ${name}: ${back}\n${partsTable([
      ['before', seen.before],
      ['during', seen.during],
      ['at the end', seen.atTheEnd],
    ])}`;
  });
  return [...sections, judgedCheck(check)].join('\n\n');
}

function leftOut({ leftOut: all }: RecoveryDocument): string {
  const lines = leftOutLines(all);
  return lines.length === 0
    ? ''
    : ['Left out by the prediction:', ...lines.map((line) => `  ${line}`)].join('\n');
}

function time(ms: number): string {
  return formatDuration(ms < 1000 ? Number(ms.toPrecision(3)) : Math.round(ms / 100) * 100);
}
