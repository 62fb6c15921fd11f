import * as pulumi from '@pulumi/pulumi';
import { Telemetry } from './istio.ts';

export interface AccessLoggingArgs {
  /** Namespace whose sidecars log every request. */
  readonly namespace: pulumi.Input<string>;
}

/** Lets the sidecars write Istio's access log, by which a refusal is traced to its breaker. */
export class AccessLogging extends pulumi.ComponentResource {
  constructor(name: string, args: AccessLoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:AccessLogging', name, {}, opts);

    new Telemetry(
      name,
      {
        metadata: { name, namespace: args.namespace },
        spec: { accessLogging: [{ providers: [{ name: 'envoy' }] }] },
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
