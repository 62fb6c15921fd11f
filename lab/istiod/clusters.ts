/** Clusters: one per service port and per subset of it on the way out, one per port on the way in. */
import type { Mesh, Pod } from '../mesh/model.ts';
import { circuitBreakers } from './circuitBreakers.ts';
import { connection, connectTimeout } from './connection.ts';
import { discovery, looksUp } from './discovery.ts';
import { assignment } from './endpoints.ts';
import { httpProtocolOptions, isHttp2, passthroughOptions } from './httpProtocolOptions.ts';
import { inboundPolicy, inboundPorts, type InboundPort } from './inbound.ts';
import { loadBalancer } from './loadBalancer.ts';
import { outboundTls } from './mtls.ts';
import { weighsLocalities } from './locality.ts';
import * as names from './names.ts';
import { outlierDetection } from './outlierDetection.ts';
import { message } from '../../envoy/proto.ts';
import type { Scope } from './scope.ts';
import { targetsOf, type Target } from './targets.ts';
import { upstreamTls } from './tls.ts';
import type { Cluster } from '../../envoy/messages.ts';

/**
 * Requests to the application come from this address, which the pod's redirection of traffic
 * leaves alone; from any other they would come back to the proxy.
 */
const INBOUND_SOURCE = { source_address: { address: '127.0.0.6', port_value: 0 } };

/** The longest duration there is: an inbound cluster's hosts never go away. */
const NEVER = '9223372035s';

const CLUSTER_PROVIDED = { lb_policy: 'CLUSTER_PROVIDED' } as const;

/** All clusters of a sidecar or a gateway; cases defaults, gateway-plain in full. */
export function clusters(mesh: Mesh, scope: Scope, pod: Pod): Cluster[] {
  const outbound = targetsOf(scope, pod)
    .map((target) => outboundCluster(mesh, pod, target))
    // A name that has nothing to be looked up has no cluster.
    .filter(({ load_assignment: load }) => load === undefined || load.endpoints !== undefined);
  if (pod.proxy === 'gateway') return [blackHole(mesh), ...outbound];
  const inbound = inboundPorts(mesh, pod).map((port) => inboundCluster(mesh, pod, port));
  const through = passthrough(mesh);
  const inboundThrough = {
    ...through,
    name: names.INBOUND_PASSTHROUGH,
    upstream_bind_config: INBOUND_SOURCE,
  };
  // istiod gives it the outbound one's statistics name, so this does too.
  return [blackHole(mesh), through, inboundThrough, ...inbound, ...outbound];
}

function outboundCluster(mesh: Mesh, pod: Pod, target: Target): Cluster {
  const { name, service, port, subset, rule, policy, passthrough } = target;
  const { connectionPool: pool, retryBudget } = policy;
  const upstream = {
    protocol: port.protocol,
    sniffs: pod.proxy === 'sidecar',
    upgradable: true,
    upgraded: mesh.meshConfig.h2UpgradePolicy === 'UPGRADE',
  };
  return message<Cluster>({
    name,
    alt_stat_name: `${name};`,
    ...discovery(target, looksUp(target) ? assignment(mesh, pod, target) : { cluster_name: name }),
    ...connection(mesh.meshConfig, pool),
    circuit_breakers: circuitBreakers(pool, retryBudget),
    typed_extension_protocol_options: httpProtocolOptions(upstream, pool, policy.outlierDetection),
    ...outlierDetection(policy.outlierDetection, weighsLocalities(mesh, policy)),
    ...(passthrough ? CLUSTER_PROVIDED : loadBalancer(policy.loadBalancer)),
    ...upstreamTls(outboundTls(mesh, service, policy.tls, passthrough), service, {
      port: port.port,
      subset: subset?.name ?? '',
      http2: isHttp2(upstream, pool),
    }),
    metadata: names.istioMetadata({
      config: rule && names.configPath('destination-rule', rule),
      services: [service],
      subset: subset?.name,
      external: subset === undefined ? service.external : undefined,
    }),
  });
}

function inboundCluster(mesh: Mesh, pod: Pod, inbound: InboundPort): Cluster {
  const { rule, policy } = inboundPolicy(mesh, pod, inbound);
  const { connectionPool: pool, retryBudget } = policy;
  const name = names.inboundCluster(inbound.targetPort);
  return message<Cluster>({
    name,
    alt_stat_name: `${name};`,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    common_lb_config: {},
    cleanup_interval: NEVER,
    upstream_bind_config: INBOUND_SOURCE,
    ...connection(mesh.meshConfig, pool),
    circuit_breakers: circuitBreakers(pool, retryBudget),
    typed_extension_protocol_options: httpProtocolOptions(
      { protocol: inbound.port.protocol, sniffs: true, upgradable: false },
      pool,
    ),
    metadata: names.istioMetadata({
      config: rule && names.configPath('destination-rule', rule),
      services: inbound.services,
    }),
  });
}

function blackHole({ meshConfig }: Mesh): Cluster {
  return {
    name: names.BLACK_HOLE,
    alt_stat_name: `${names.BLACK_HOLE};`,
    type: 'STATIC',
    connect_timeout: connectTimeout(meshConfig),
  };
}

function passthrough({ meshConfig }: Mesh): Cluster {
  return message<Cluster>({
    name: names.PASSTHROUGH,
    alt_stat_name: `${names.PASSTHROUGH};`,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    ...connection(meshConfig),
    circuit_breakers: circuitBreakers(),
    typed_extension_protocol_options: passthroughOptions(),
  });
}
