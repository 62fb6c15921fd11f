import * as pulumi from '@pulumi/pulumi';
import { Gateway } from './istio.ts';

export interface IngressGatewayArgs {
  /** Namespace of the Gateway. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Names that may be asked for.
   * @default ["*"]
   */
  readonly hosts?: readonly pulumi.Input<string>[];
  /**
   * Labels of the gateway's pods, which come with Istio's installation.
   * @default { istio: "ingressgateway" }
   */
  readonly selector?: Readonly<Record<string, string>>;
}

/** Opens port 80 of the mesh's ingress gateway for HTTP. */
export class IngressGateway extends pulumi.ComponentResource {
  /** Name of the Gateway, for a VirtualService's list of gateways. */
  readonly gatewayName: pulumi.Output<string>;
  /** Labels of the gateway's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Where Istio's installation puts the gateway. */
  readonly podNamespace: string = 'istio-system';
  /** What a client inside the cluster but outside the mesh asks for. */
  readonly url: string = 'http://istio-ingressgateway.istio-system/index';

  constructor(name: string, args: IngressGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:IngressGateway', name, {}, opts);

    this.selector = args.selector ?? { istio: 'ingressgateway' };
    const gateway = new Gateway(
      name,
      {
        metadata: { name, namespace: args.namespace },
        spec: {
          selector: this.selector,
          servers: [
            pulumi.output({
              port: { number: 80, name: 'http', protocol: 'HTTP' },
              hosts: [...(args.hosts ?? ['*'])],
            }),
          ],
        },
      },
      { parent: this },
    );

    this.gatewayName = gateway.metadata.name;
    this.registerOutputs({ gatewayName: this.gatewayName, url: this.url });
  }
}
