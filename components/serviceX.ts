import type * as pulumi from '@pulumi/pulumi';
import { Server, type ServerArgs } from './server.ts';
import type { WorkloadArgs } from './workload.ts';

export interface ServiceXArgs
  extends Omit<WorkloadArgs, 'replicas'>, Pick<ServerArgs, 'keepAlive' | 'backlog'> {
  /**
   * Pods that answer 200 at once.
   * @default 1
   */
  readonly healthyReplicas?: pulumi.Input<number>;
  /**
   * Pods that answer 504 after up to four seconds.
   * @default 1
   */
  readonly faultyReplicas?: pulumi.Input<number>;
}

/**
 * The workload of the ServiceX lab: healthy pods `200` and faulty pods `504` behind one Service.
 * To Pulumi it is a `Server`, so that a stack can go from one to the other.
 */
export class ServiceX extends Server {
  constructor(name: string, args: ServiceXArgs, opts?: pulumi.ComponentResourceOptions) {
    const { healthyReplicas, faultyReplicas, ...common } = args;
    super(
      name,
      {
        ...common,
        versions: {
          '200': { delay: '0s', replicas: healthyReplicas ?? 1 },
          '504': { status: 504, delayMin: '0s', delayMax: '4s', replicas: faultyReplicas ?? 1 },
        },
      },
      opts,
    );
  }
}
