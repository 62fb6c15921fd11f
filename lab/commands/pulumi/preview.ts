/** `lab preview` */
import { selected, stackCommand } from './cli.ts';

export const command = stackCommand('preview', 'pulumi preview for one stack', (stack, options) => [
  selected(stack),
  ['preview', '--stack', stack, ...options],
]);
