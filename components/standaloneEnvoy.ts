import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { PINNED_ENVOY } from '../envoy/pinned.ts';
import type { SomeThresholds } from '../envoy/thresholds.ts';
import { ISTIO_ACCESS_LOG_FORMAT } from '../envoy/accessLogFormat.ts';
import { ofResource } from './ofResource.ts';
import { createAccount, createDeployment, createService, type WorkloadArgs } from './workload.ts';

export interface StandaloneEnvoyArgs extends WorkloadArgs {
  /** Full name of the Service that it forwards to, on port 80. */
  readonly upstream: pulumi.Input<string>;
  /**
   * Limits of its one cluster, in Envoy's own fields. Unlike in Istio, 0 is a limit of 0.
   * @default - Envoy's: 1024 connections, pending requests and requests, 3 retries
   */
  readonly thresholds?: SomeThresholds;
}

const PORT = 10_000;
const FOLDER = '/etc/envoy';

/** An Envoy without a mesh, as a reverse proxy in front of one Service. */
export class StandaloneEnvoy extends pulumi.ComponentResource {
  /** What a client in the same namespace asks for. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: StandaloneEnvoyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:StandaloneEnvoy', name, {}, opts);

    const bootstrap = pulumi
      .output(args.upstream)
      .apply((upstream) => envoyConfiguration(upstream, args.thresholds ?? {}));
    const configuration = new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name, namespace: args.namespace },
        data: { 'envoy.yaml': pulumi.jsonStringify(bootstrap, undefined, 2) },
      },
      { parent: this },
    );
    const labels = { app: name };
    createDeployment(this, name, args, {
      account: createAccount(this, name, args),
      labels,
      container: 'envoy',
      image: `envoyproxy/envoy:distroless-v${PINNED_ENVOY}`,
      args: [
        ...['--config-path', `${FOLDER}/envoy.yaml`],
        ...['--concurrency', pulumi.interpolate`${args.proxyConcurrency ?? 2}`],
      ],
      port: PORT,
      files: { configMap: ofResource(configuration, name), path: FOLDER },
    });
    const service = createService(this, name, args, {
      selector: labels,
      port: PORT,
      targetPort: PORT,
    });

    this.url = pulumi.interpolate`http://${ofResource(service, name)}:${PORT}/index`;
    this.registerOutputs({ url: this.url });
  }
}

/**
 * The seed's configuration: one listener, one cluster, the thresholds (Envoy reads JSON as YAML), and
 * what an observer needs: the access log as Istio's sidecars write it.
 */
function envoyConfiguration(upstream: string, thresholds: SomeThresholds): object {
  const anyAddress = (port: number): object => ({
    socket_address: { address: '0.0.0.0', port_value: port },
  });
  return {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 9901 } } },
    static_resources: {
      listeners: [
        {
          name: 'listener_0',
          address: anyAddress(PORT),
          filter_chains: [{ filters: [httpConnectionManager()] }],
        },
      ],
      clusters: [
        {
          name: upstream,
          // Where the cluster's part of a statistic's name ends, as istiod marks it.
          alt_stat_name: `${upstream};`,
          connect_timeout: '5s',
          type: 'STRICT_DNS',
          circuit_breakers: { thresholds: [thresholds] },
          load_assignment: {
            cluster_name: upstream,
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: {
                      address: { socket_address: { address: upstream, port_value: 80 } },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  };

  function httpConnectionManager(): object {
    const extensions = 'type.googleapis.com/envoy.extensions.filters';
    return {
      name: 'envoy.filters.network.http_connection_manager',
      typed_config: {
        '@type': `${extensions}.network.http_connection_manager.v3.HttpConnectionManager`,
        stat_prefix: 'listener_http',
        access_log: [accessLog()],
        http_filters: [
          {
            name: 'envoy.filters.http.router',
            typed_config: { '@type': `${extensions}.http.router.v3.Router` },
          },
        ],
        route_config: {
          name: 'route',
          virtual_hosts: [
            {
              name: 'vh',
              domains: ['*'],
              routes: [{ match: { prefix: '/' }, route: { cluster: upstream } }],
            },
          ],
        },
      },
    };
  }

  function accessLog(): object {
    return {
      name: 'envoy.access_loggers.stdout',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
        log_format: { text_format_source: { inline_string: ISTIO_ACCESS_LOG_FORMAT } },
      },
    };
  }
}
