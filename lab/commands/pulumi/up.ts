/** `lab up` */
import { selected, stackCommand } from './cli.ts';

/** Types, names and states of the resources take 96 columns, and the progress 30. */
const COLUMNS_OF_TREE = 126;

export const command = stackCommand(
  'up',
  'pulumi up for one stack, without an account: its state is in .lab/pulumi',
  (stack, options) => [
    selected(stack),
    ['up', '--yes', ...displayOptions(process.stdout.columns), '--stack', stack, ...options],
  ],
);

/**
 * Pulumi's tree of resources cuts off, at the terminal's right edge, what a resource says while it
 * works: where the run's progress would not be seen, its events come line by line.
 *
 * @param columns of the terminal; undefined where there is none, and no tree
 */
export function displayOptions(columns: number | undefined): string[] {
  return columns !== undefined && columns < COLUMNS_OF_TREE ? ['--non-interactive'] : [];
}
