import * as pulumi from '@pulumi/pulumi';
import type { GatewayProxy } from './gatewayProxy.ts';
import { Gateway } from './istio.ts';
import { ofResource } from './ofResource.ts';

export interface IngressGatewayArgs {
  /** Namespace of the Gateway. */
  readonly namespace: pulumi.Input<string>;
  /**
   * Names that may be asked for.
   * @default ["*"]
   */
  readonly hosts?: readonly pulumi.Input<string>[];
  /**
   * The proxy that it is opened on.
   * @default - the mesh's own, with the label istio: ingressgateway, which comes with Istio's installation
   */
  readonly proxy?: GatewayProxy | undefined;
}

/** Where Istio's installation puts the mesh's gateway. */
export const MESH_GATEWAY_NAMESPACE = 'istio-system';

const MESH_GATEWAY = {
  selector: { istio: 'ingressgateway' },
  url: `http://istio-ingressgateway.${MESH_GATEWAY_NAMESPACE}/index`,
};

/** Opens port 80 of an ingress gateway for HTTP. */
export class IngressGateway extends pulumi.ComponentResource {
  /** Name of the Gateway, for a VirtualService's list of gateways. */
  readonly gatewayName: pulumi.Output<string>;
  /** Labels of the gateway's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** What a client inside the cluster but outside the mesh asks for. */
  readonly url: pulumi.Input<string>;

  constructor(name: string, args: IngressGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:IngressGateway', name, {}, opts);

    const { selector, url } = args.proxy ?? MESH_GATEWAY;
    this.selector = selector;
    this.url = url;
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

    this.gatewayName = ofResource(gateway, name);
    this.registerOutputs({ gatewayName: this.gatewayName, url: this.url });
  }
}
