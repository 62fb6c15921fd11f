/** `lab output` */
import { stackCommand } from './cli.ts';

export const command = stackCommand(
  'output',
  'pulumi stack output for one stack',
  (stack, options) => [['stack', 'output', '--stack', stack, ...options]],
);
