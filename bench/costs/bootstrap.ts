/** An Envoy for measurements: it answers by itself, or passes on to one server. */

const type = (name: string): string => `type.googleapis.com/envoy.extensions.${name}`;
const at = (port: number): object => ({
  address: { socket_address: { address: '127.0.0.1', port_value: port } },
});

function listener(name: string, route: object): object {
  return {
    name,
    ...at(0),
    filter_chains: [
      {
        filters: [
          {
            name: 'http',
            typed_config: {
              '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
              stat_prefix: name,
              route_config: {
                virtual_hosts: [
                  { name, domains: ['*'], routes: [{ match: { prefix: '/' }, ...route }] },
                ],
              },
              http_filters: [
                {
                  name: 'router',
                  typed_config: { '@type': type('filters.http.router.v3.Router') },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

function cluster(name: string, port: number, more: object): object {
  return {
    name,
    type: 'STATIC',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: at(port) }] }],
    },
    ...more,
  };
}

const ONE_REQUEST = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': type('upstreams.http.v3.HttpProtocolOptions'),
      common_http_protocol_options: { max_requests_per_connection: 1 },
      explicit_http_config: { http_protocol_options: {} },
    },
  },
};

/** Listeners by what they do with a request for the server at a port. */
export function bootstrapFor(port: number): object {
  const to = (name: string): object => listener(name, { route: { cluster: name } });
  return {
    admin: at(0),
    static_resources: {
      listeners: [
        listener('itself', { direct_response: { status: 200, body: { inline_string: 'ok' } } }),
        ...['kept', 'fresh', 'single'].map(to),
      ],
      clusters: [
        cluster('kept', port, {}),
        cluster('fresh', port, ONE_REQUEST),
        cluster('single', port, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } }),
      ],
    },
  };
}
