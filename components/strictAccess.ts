import * as pulumi from '@pulumi/pulumi';
import { AuthorizationPolicy, PeerAuthentication } from './istio.ts';

export interface StrictAccessArgs {
  /** Namespace whose sidecars take nothing but mutual TLS. */
  readonly namespace: pulumi.Input<string>;
  /** Apps (label `app`) that answer requests. */
  readonly servers: readonly string[];
  /** Service accounts of the namespace that may ask them. */
  readonly clients: readonly string[];
  /**
   * Namespace of the ingress gateway, which may ask them as well.
   * @default "istio-system"
   */
  readonly istioNamespace?: pulumi.Input<string>;
}

/**
 * Mutual TLS for every request, and servers that answer to their own clients alone.
 *
 * Both in one, because an AuthorizationPolicy knows a caller by the certificate of its sidecar:
 * without mutual TLS there is none, and it would refuse everybody.
 */
export class StrictAccess extends pulumi.ComponentResource {
  constructor(name: string, args: StrictAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:StrictAccess', name, {}, opts);

    const { namespace, servers, clients, istioNamespace = 'istio-system' } = args;
    const peers = new PeerAuthentication(
      name,
      { metadata: { name, namespace }, spec: { mtls: { mode: 'STRICT' } } },
      { parent: this },
    );

    // `cluster.local` stands for the mesh's own trust domain, whatever its name.
    const principals = clients.map(
      (account) => pulumi.interpolate`cluster.local/ns/${namespace}/sa/${account}`,
    );
    for (const server of servers) {
      const serverName = `${name}-${server}`;
      new AuthorizationPolicy(
        serverName,
        {
          metadata: { name: serverName, namespace },
          spec: {
            selector: { matchLabels: { app: server } },
            action: 'ALLOW',
            rules: [
              pulumi.output({
                from: [{ source: { principals } }, { source: { namespaces: [istioNamespace] } }],
              }),
            ],
          },
        },
        // A moment without mutual TLS would be one in which nobody is allowed.
        { parent: this, dependsOn: peers },
      );
    }

    this.registerOutputs();
  }
}
