import * as pulumi from '@pulumi/pulumi';
import { ofResource } from './ofResource.ts';
import { createAccount, createDeployment, createService, type WorkloadArgs } from './workload.ts';

export interface GatewayProxyArgs extends Omit<WorkloadArgs, 'image'> {
  /**
   * Value of its pods' label `istio`, by which Gateways select them, in whatever namespace: it should
   * be nobody else's.
   */
  readonly selectedBy: string;
}

const PORT = 8080;

/**
 * A gateway of one's own, as Istio's injector makes it of a pod that asks for the gateway's template
 * (istio.io/docs/setup/additional-setup/gateway). The namespace has to be one that is injected.
 */
export class GatewayProxy extends pulumi.ComponentResource {
  /** Labels by which a Gateway selects its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** What a client inside the cluster but outside the mesh asks for. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: GatewayProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:GatewayProxy', name, {}, opts);

    this.selector = { istio: args.selectedBy };
    const labels = { app: name };
    createDeployment(this, name, args, {
      account: createAccount(this, name, args),
      labels,
      podLabels: { ...this.selector, 'sidecar.istio.io/inject': 'true' },
      podAnnotations: { 'inject.istio.io/templates': 'gateway' },
      // What it listens on, a Gateway says; how it is probed, the template.
      container: 'istio-proxy',
      image: 'auto',
      // The word has no tag, so that a node would pull what the injector puts in its place each time.
      imagePullPolicy: 'IfNotPresent',
      memoryLimit: '512Mi',
    });
    const service = createService(this, name, args, {
      selector: labels,
      port: 80,
      targetPort: PORT,
    });

    this.url = pulumi.interpolate`http://${ofResource(service, name)}.${args.namespace}/index`;
    this.registerOutputs({ url: this.url });
  }
}
