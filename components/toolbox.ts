import * as pulumi from '@pulumi/pulumi';
import { createAccount, createDeployment, type WorkloadArgs } from './workload.ts';

export type ToolboxArgs = Pick<WorkloadArgs, 'namespace'>;

/** The pods from which the seeds call by hand: `sleep` with curl, and fortio. For a cluster. */
export class Toolbox extends pulumi.ComponentResource {
  constructor(name: string, args: ToolboxArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:Toolbox', name, {}, opts);

    const sleep = `${name}-sleep`;
    createDeployment(this, sleep, args, {
      account: createAccount(this, sleep, args, 'sleep'),
      labels: { app: 'sleep' },
      container: 'sleep',
      image: 'curlimages/curl:8.16.0',
      args: ['sleep', 'infinity'],
    });
    const fortio = `${name}-fortio`;
    createDeployment(this, fortio, args, {
      account: createAccount(this, fortio, args, 'fortio'),
      labels: { app: 'fortio' },
      container: 'fortio',
      image: 'fortio/fortio:1.72.0',
      args: ['server'],
      port: 8080,
    });

    this.registerOutputs();
  }
}
