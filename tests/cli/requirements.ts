/** Whether there is a Pulumi CLI, told once; without one every test of this folder is skipped. */
import type { TestProject } from 'vitest/node';
import { findOnPath } from '../../lab/environment/executables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly pulumiCli: boolean;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const cli = await findOnPath('pulumi');
  project.provide('pulumiCli', cli !== null);
  if (cli === null) {
    process.stderr.write(
      'Skipped: there is no pulumi on PATH (https://www.pulumi.com/docs/install/).\n',
    );
  }
}
