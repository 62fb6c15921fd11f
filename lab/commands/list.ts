/** `lab list`: every stack, what it shows and the published lab it comes from. */
import { listStacks, readStack } from '../../config/stackFiles.ts';
import { drawTable } from '../report/table.ts';
import { PROJECT_ROOT } from '../objects/source.ts';

export interface StackLine {
  readonly stack: string;
  readonly description: string;
  readonly seed: string;
}

/** @throws LabError for a stack's file that cannot be read */
export function list({ json }: { readonly json?: true }): string {
  const lines = stackLines(PROJECT_ROOT);
  return json ? `${JSON.stringify(lines, null, 2)}\n` : listTable(lines);
}

export function stackLines(root: string): StackLine[] {
  return listStacks(root)
    .map((stack) => {
      const { description = '', seed = '' } = readStack(root, stack);
      return { stack, description, seed };
    })
    .sort(inOrder);
}

export function listTable(lines: readonly StackLine[]): string {
  return `${drawTable(
    ['left', 'left', 'left'],
    [
      ['stack', 'seed', 'what it shows'],
      ...lines.map(({ stack, seed, description }) => [stack, seed, description]),
    ],
  )}\n`;
}

/** Stacks of one seed together, those of none first; by name in it. */
export function inOrder(
  a: Pick<StackLine, 'seed' | 'stack'>,
  b: Pick<StackLine, 'seed' | 'stack'>,
): number {
  return compare(a.seed, b.seed) || compare(a.stack, b.stack);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
