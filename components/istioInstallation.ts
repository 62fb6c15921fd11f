import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { PINNED_ISTIO } from '../istio/pinned.ts';

export interface IstioInstallationArgs {
  /**
   * Version of the charts and of Istio.
   * @default "1.30.3", with which the local mesh's configuration is compared
   */
  readonly version?: pulumi.Input<string>;
  /**
   * Namespace for istiod and the ingress gateway; made where it is not there.
   * @default "istio-system"
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Type of the gateway's Service. The experiments call it from inside the cluster; a LoadBalancer
   * is waited for until it has an address, which it never gets on a cluster without one.
   * @default "ClusterIP"
   */
  readonly gatewayServiceType?: pulumi.Input<string>;
}

const CHARTS = 'https://istio-release.storage.googleapis.com/charts';

/**
 * What a gateway has to be told to be observed as sidecars are: to keep the statistics of clusters,
 * and a client's x-request-id (istio.io, ProxyConfig.proxyStatsMatcher, proxyHeaders.requestId).
 */
const OBSERVABLE = {
  proxyStatsMatcher: { inclusionPrefixes: ['cluster.outbound'] },
  proxyHeaders: { requestId: { disabled: true } },
};

/**
 * Istio by its Helm charts: CRDs, istiod and the ingress gateway `istio-ingressgateway`
 * (istio.io/docs/setup/install/helm). Sidecars are set up by an init container, not by Istio CNI.
 */
export class IstioInstallation extends pulumi.ComponentResource {
  /** Where istiod and the gateway are. */
  readonly namespace: pulumi.Output<string>;

  constructor(
    name: string,
    args: IstioInstallationArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('circuit-lab:index:IstioInstallation', name, {}, opts);

    const { version = PINNED_ISTIO, gatewayServiceType = 'ClusterIP' } = args;
    const namespace = pulumi.output(args.namespace ?? 'istio-system');
    const common = { namespace, version, repositoryOpts: { repo: CHARTS } };
    const base = new k8s.helm.v3.Release(
      `${name}-base`,
      { ...common, name: 'istio-base', chart: 'base', createNamespace: true },
      { parent: this },
    );
    const istiod = new k8s.helm.v3.Release(
      `${name}-istiod`,
      { ...common, name: 'istiod', chart: 'istiod' },
      { parent: this, dependsOn: base },
    );
    // istiod injects the gateway's proxy, so it has to be ready.
    new k8s.helm.v3.Release(
      `${name}-gateway`,
      {
        ...common,
        name: 'istio-ingressgateway',
        chart: 'gateway',
        values: {
          service: { type: gatewayServiceType },
          podAnnotations: { 'proxy.istio.io/config': JSON.stringify(OBSERVABLE) },
        },
      },
      { parent: this, dependsOn: istiod },
    );

    this.namespace = namespace;
    this.registerOutputs({ namespace });
  }
}
