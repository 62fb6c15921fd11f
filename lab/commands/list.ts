/** `lab list`: every stack, what it shows and the published lab it comes from. */
import { Command } from 'commander';
import { listStacks, readStack } from '../../config/stackFiles.ts';
import type { StackLine } from '../../experiment/stackList.ts';
import { PROJECT_ROOT } from '../objects/source.ts';
import { withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';

export const command = withOptions(
  new Command('list').description(
    'list the stacks: what each shows, and the published lab it comes from',
  ),
  outputOptions('list'),
).action((options: OutputOptions) => {
  outputOf('list', options).print(stackLines(PROJECT_ROOT));
});

/** @throws LabError for a stack's file that cannot be read */
export function stackLines(root: string): StackLine[] {
  return listStacks(root)
    .map((stack) => {
      const { description = '', seed = '' } = readStack(root, stack);
      return { stack, description, seed };
    })
    .sort(inOrder);
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
