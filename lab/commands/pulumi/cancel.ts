/** `lab cancel` */
import { stackCommand } from './cli.ts';

export const command = stackCommand(
  'cancel',
  'pulumi cancel for one stack, whose CLI was killed',
  (stack, options) => [['cancel', '--yes', stack, ...options]],
);
