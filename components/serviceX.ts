import * as pulumi from '@pulumi/pulumi';
import { Server } from './server.ts';
import type { WorkloadArgs } from './workload.ts';

export interface ServiceXArgs extends Omit<WorkloadArgs, 'replicas'> {
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

/** The workload of the ServiceX lab: healthy pods `200` and faulty pods `504` behind one Service. */
export class ServiceX extends pulumi.ComponentResource {
  /** Full name of the Service, as policies name their host. */
  readonly host: pulumi.Output<string>;
  /** What a client in the same namespace asks for. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ServiceXArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:ServiceX', name, {}, opts);

    const { healthyReplicas, faultyReplicas, ...common } = args;
    const server = new Server(
      name,
      {
        ...common,
        versions: {
          '200': { delay: '0s', replicas: healthyReplicas ?? 1 },
          '504': { status: 504, delayMin: '0s', delayMax: '4s', replicas: faultyReplicas ?? 1 },
        },
      },
      { parent: this },
    );

    this.host = server.host;
    this.url = server.url;
    this.registerOutputs({ host: this.host, url: this.url });
  }
}
