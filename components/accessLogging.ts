import * as pulumi from '@pulumi/pulumi';
import { Telemetry } from './istio.ts';

export interface AccessLoggingArgs {
  /** Namespace whose proxies log every request. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Labels of the pods that are meant.
   * @default - every pod of the namespace
   */
  readonly selector?: Readonly<Record<string, string>>;
  /**
   * Name of the Telemetry in its namespace, which others may share.
   * @default - the component's name
   */
  readonly telemetryName?: pulumi.Input<string>;
}

/**
 * Lets proxies write Istio's access log, by which a refusal is traced to its breaker. A gateway
 * needs one of its own: a Telemetry reaches the proxies of its namespace alone.
 */
export class AccessLogging extends pulumi.ComponentResource {
  constructor(name: string, args: AccessLoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:AccessLogging', name, {}, opts);

    const { namespace, selector, telemetryName = name } = args;
    new Telemetry(
      name,
      {
        metadata: { name: telemetryName, namespace },
        spec: {
          ...(selector && { selector: { matchLabels: selector } }),
          accessLogging: [{ providers: [{ name: 'envoy' }] }],
        },
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
