import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

export interface NetworkIsolationArgs {
  /** Namespace to isolate. */
  readonly namespace: pulumi.Input<string>;
  /** Apps (label `app`) that answer requests. */
  readonly servers: readonly string[];
  /** Apps (label `app`) that may reach them. */
  readonly clients: readonly string[];
  /**
   * Namespace of Istio: of istiod, which every sidecar asks, and of the ingress gateway, which may
   * reach the servers.
   * @default "istio-system"
   */
  readonly istioNamespace?: pulumi.Input<string>;
}

/**
 * NetworkPolicies that keep an experiment to itself: nobody reaches its pods but its own clients
 * and the ingress gateway, and its pods reach each other, Istio and DNS alone. A foreign request
 * would take a connection that the experiment counts.
 *
 * It needs a network plugin that enforces NetworkPolicies. Kubelets reach their pods all the same.
 */
export class NetworkIsolation extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkIsolationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:NetworkIsolation', name, {}, opts);

    const { namespace, servers, clients, istioNamespace = 'istio-system' } = args;
    const istio = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': istioNamespace } },
    };
    const dns = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata: { name, namespace },
        spec: {
          podSelector: {},
          policyTypes: ['Ingress', 'Egress'],
          // No ingress: what is not allowed by another policy is denied.
          egress: [
            { to: [{ podSelector: {} }] },
            { to: [istio] },
            // To anywhere: a node's own DNS cache is no pod that could be selected.
            { ports: dns },
          ],
        },
      },
      { parent: this },
    );

    const apps = (values: readonly string[]): k8s.types.input.meta.v1.LabelSelector => ({
      matchExpressions: [{ key: 'app', operator: 'In', values: [...values] }],
    });
    const gateway = { ...istio, podSelector: { matchLabels: { istio: 'ingressgateway' } } };
    const serversName = `${name}-servers`;
    new k8s.networking.v1.NetworkPolicy(
      serversName,
      {
        metadata: { name: serversName, namespace },
        spec: {
          podSelector: apps(servers),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: apps(clients) }, gateway] }],
        },
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
