/** `lab env` */
import { Command } from 'commander';
import { shellSettings } from './cli.ts';

export const command = new Command('env')
  .description('what makes the Pulumi CLI mean the same stacks: eval "$(npm run -s env)"')
  .action(() => {
    process.stdout.write(shellSettings());
  });
