/** `lab down` */
import { stackCommand } from './cli.ts';

export const command = stackCommand(
  'down',
  'pulumi destroy for one stack, and its removal; its file stays',
  (stack, options) => [
    ['destroy', '--yes', '--stack', stack, ...options],
    ['stack', 'rm', '--yes', '--preserve-config', '--stack', stack],
  ],
);
