import * as pulumi from '@pulumi/pulumi';
import {
  type Fault,
  fault as faultSchema,
  type Retries,
  retries as retriesSchema,
} from '../istio/virtualService.ts';
import { duration } from '../istio/duration.ts';
import { checked, VirtualService } from './istio.ts';

export interface TrafficSplitArgs {
  /** Namespace of the VirtualService. */
  readonly namespace: pulumi.Input<string>;
  /** Full name of the Service that the requests go to. */
  readonly host: pulumi.Input<string>;
  /**
   * Names that clients ask for.
   * @default - the Service's own
   */
  readonly hosts?: readonly pulumi.Input<string>[];
  /**
   * Where it holds: names of Gateways, and `mesh` for all sidecars. Without `mesh`, calls inside
   * the mesh take no notice of it.
   * @default ["mesh"]
   */
  readonly gateways?: readonly pulumi.Input<string>[];
  /**
   * Share of each subset in percent, adding up to 100.
   * @default - all to the Service, no subsets
   */
  readonly weights?: Readonly<Record<string, number>>;
  /**
   * Retries; plain data, checked before anything is deployed.
   * @default - Istio's: 2, on connect-failure,refused-stream,unavailable,cancelled
   */
  readonly retries?: Retries;
  /**
   * When a request is given up, in Istio's duration form, its retries included.
   * @default - never
   */
  readonly timeout?: string;
  /**
   * Delays and errors to inject; plain data, checked before anything is deployed.
   * @default - none
   */
  readonly fault?: Fault;
}

/** How a Service's requests are routed: shares of its subsets, retries, timeout, faults. */
export class TrafficSplit extends pulumi.ComponentResource {
  /** Name of the VirtualService. */
  readonly virtualServiceName: pulumi.Output<string>;

  constructor(name: string, args: TrafficSplitArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:TrafficSplit', name, {}, opts);

    const { namespace, host, hosts, gateways, weights, retries, timeout, fault } = args;
    const destinations =
      weights === undefined
        ? [{ destination: { host } }]
        : Object.entries(weights).map(([subset, weight]) => ({
            destination: { host, subset },
            weight,
          }));
    const virtualService = new VirtualService(
      name,
      {
        metadata: { name, namespace },
        spec: {
          hosts: hosts ?? [host],
          ...(gateways && { gateways }),
          http: [
            pulumi.output({
              route: destinations,
              ...(retries && { retries: checked('retries', retries, retriesSchema, this) }),
              ...(timeout !== undefined && {
                timeout: checked('timeout', timeout, duration, this),
              }),
              ...(fault && { fault: checked('fault', fault, faultSchema, this) }),
            }),
          ],
        },
      },
      { parent: this },
    );

    this.virtualServiceName = virtualService.metadata.name;
    this.registerOutputs({ virtualServiceName: this.virtualServiceName });
  }
}
