/** Transport sockets. Certificates come from the agent beside the proxy, over SDS. */
import { CLUSTER_DOMAIN, type Service } from '../mesh/model.ts';
import { typedMessage, extension, message } from '../../envoy/proto.ts';
import type { Any, Cluster, TransportSocket } from '../../envoy/messages.ts';

interface TlsContext extends Any {
  readonly common_tls_context: object;
  readonly sni?: string;
  readonly require_client_certificate?: boolean;
}

const RAW_BUFFER: TransportSocket = extension(
  'envoy.transport_sockets.raw_buffer',
  typedMessage('extensions.transport_sockets.raw_buffer.v3.RawBuffer'),
);

const VERSIONS = {
  tls_maximum_protocol_version: 'TLSv1_3',
  tls_minimum_protocol_version: 'TLSv1_2',
};

const SERVER_CIPHERS = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];

/** The sockets of a client's cluster; cases defaults (auto), mtls-dr-istio-mutual (mutual). */
export function upstreamTls(
  mode: 'auto' | 'mutual' | 'none',
  service: Service,
  server: { port: number; subset: string; http2: boolean },
): Pick<Cluster, 'transport_socket' | 'transport_socket_matches'> {
  if (mode === 'none') return {};
  const socket = extension(
    'envoy.transport_sockets.tls',
    typedMessage<TlsContext>('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      common_tls_context: {
        alpn_protocols: ['istio-peer-exchange', 'istio', ...(server.http2 ? ['h2'] : [])],
        tls_params: VERSIONS,
        ...certificates(identities(service).map((exact) => ({ exact }))),
      },
      sni: `outbound_.${server.port}_.${server.subset}_.${service.host}`,
    }),
  );
  if (mode === 'mutual') return { transport_socket: socket };
  return {
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: socket },
      { name: 'tlsMode-disabled', match: {}, transport_socket: RAW_BUFFER },
    ],
  };
}

/** The socket of a server's listener: any identity of the mesh, by its certificate. */
export function downstreamTls(alpn: readonly string[]): TransportSocket {
  return extension(
    'envoy.transport_sockets.tls',
    typedMessage<TlsContext>('extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: {
        alpn_protocols: alpn,
        tls_params: { cipher_suites: SERVER_CIPHERS, ...VERSIONS },
        ...certificates([{ prefix: `spiffe://${CLUSTER_DOMAIN}/` }]),
      },
      require_client_certificate: true,
    }),
  );
}

/** The identities that a service's endpoints run under. */
function identities(service: Service): string[] {
  const accounts = service.endpoints.flatMap(({ pod }) =>
    pod === undefined ? [] : [`ns/${pod.namespace}/sa/${pod.serviceAccount}`],
  );
  return [...new Set(accounts)].sort().map((account) => `spiffe://${CLUSTER_DOMAIN}/${account}`);
}

function certificates(names: readonly object[]): object {
  return {
    combined_validation_context: {
      default_validation_context: message({
        match_subject_alt_names: names.length === 0 ? undefined : names,
      }),
      validation_context_sds_secret_config: secret('ROOTCA'),
    },
    tls_certificate_sds_secret_configs: [secret('default')],
  };
}

function secret(name: string): object {
  return {
    name,
    sds_config: {
      api_config_source: {
        api_type: 'GRPC',
        grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }],
        set_node_on_first_message_only: true,
        transport_api_version: 'V3',
      },
      initial_fetch_timeout: '0s',
      resource_api_version: 'V3',
    },
  };
}
