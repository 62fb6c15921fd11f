/**
 * Sidecars put in by hand, as istiod's injector puts them in: an init container `istio-proxy` that
 * goes on running, with its admin interface on the pod's loopback and its log on standard output.
 * Its configuration is the lab's own translation, led to the pods' addresses. What a mesh does by
 * iptables, the client does by calling its proxy, and its proxy by calling the server's.
 */
import { proxyConfig } from '../../lab/istiod/proxyConfig.ts';
import { OUTBOUND_LISTENER, sidecarBootstrap } from '../../lab/local/bootstrap.ts';
import type { Mesh } from '../../lab/mesh/model.ts';
import type { KubernetesObject } from '../../lab/objects/object.ts';
import { putEnvoyImage } from './image.ts';

const PROXY_IMAGE = 'circuit-lab-proxy:test';
/** Where an injected proxy takes what its application sends, and what it is sent. */
const OUTBOUND_PORT = 15_001;
const INBOUND_PORT = 15_006;
const APP_PORT = 5000;

export function putProxyImage(): Promise<void> {
  const flags = ['--disable-hot-restart', '--concurrency', '2', '--log-level', 'error'];
  return putEnvoyImage(PROXY_IMAGE, [
    ...['-c', '/etc/proxy/envoy.json', ...flags],
    // As pilot-agent has it.
    ...['--file-flush-interval-msec', '1000'],
  ]);
}

interface Bootstrap {
  readonly static_resources: {
    readonly clusters: readonly { name: string }[];
    readonly listeners: readonly { name: string }[];
  };
}

/** @param servers addresses of the server's pods, as many as the mesh has */
export function bootstrapOf(mesh: Mesh, workload: string, servers: readonly string[]): object {
  const pod = mesh.pods.find((one) => one.workload === workload);
  if (pod === undefined) throw new Error(`no pod of ${workload}`);
  const isServer = workload !== 'pyclient';
  const behind = mesh.pods.filter((one) => one.workload === 'pyserver').map(({ ip }) => ip);
  const placeOf = (address: string): number => behind.indexOf(address);
  const made = sidecarBootstrap(proxyConfig(mesh, pod), pod, {
    // Which of the servers' pods is meant; the bootstrap itself knows loopback alone.
    portOf: (address) =>
      servers[placeOf(address)] === undefined ? undefined : 1 + placeOf(address),
    appPorts: new Map(isServer ? [[APP_PORT, APP_PORT]] : []),
    timeScale: 1,
  }) as Bootstrap;
  const { clusters, listeners } = made.static_resources;
  return {
    node: { id: `${workload}~test`, cluster: workload, metadata: { ISTIO_VERSION: '1.30.3' } },
    admin: socketAddress('127.0.0.1', 15_000),
    static_resources: {
      clusters: clusters.map((cluster) =>
        cluster.name.startsWith('outbound|') ? ledTo(cluster, servers) : cluster,
      ),
      listeners: listeners
        .filter(({ name }) => (name === OUTBOUND_LISTENER) !== isServer)
        .map((listener) => ({
          ...listener,
          ...socketAddress('0.0.0.0', isServer ? INBOUND_PORT : OUTBOUND_PORT),
        })),
    },
  };
}

function socketAddress(address: string, port: number): object {
  return { address: { socket_address: { address, port_value: port } } };
}

function ledTo(cluster: object, servers: readonly string[]): object {
  return JSON.parse(JSON.stringify(cluster), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('port_value' in value)) return value;
    return { address: servers[Number(value.port_value) - 1], port_value: INBOUND_PORT };
  }) as object;
}

interface PodSpec {
  containers: { env: object[]; securityContext: object; resources: object }[];
  initContainers?: object[];
  volumes?: object[];
}

/** A Deployment with a proxy in its pods, which is configured by the ConfigMap of `configuration`. */
export function withProxy(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object) as KubernetesObject & {
    spec: { template: { spec: PodSpec } };
  };
  const { name } = copy.metadata;
  const isClient = name === 'pyclient';
  const { spec } = copy.spec.template;
  const [app] = spec.containers;
  if (app === undefined) throw new Error(`${name} has no container`);
  if (isClient) {
    app.env.push({ name: 'http_proxy', value: `http://127.0.0.1:${OUTBOUND_PORT}` });
  }
  spec.initContainers = [
    {
      name: 'istio-proxy',
      image: PROXY_IMAGE,
      imagePullPolicy: 'IfNotPresent',
      restartPolicy: 'Always',
      securityContext: app.securityContext,
      startupProbe: {
        tcpSocket: { port: isClient ? OUTBOUND_PORT : INBOUND_PORT },
        periodSeconds: 1,
        failureThreshold: 60,
      },
      volumeMounts: [{ name: 'proxy', mountPath: '/etc/proxy' }],
    },
  ];
  spec.volumes = [{ name: 'proxy', configMap: { name: `${name}-proxy` } }];
  return copy;
}

/** What the proxies of a workload's pods read. */
export function configuration(
  namespace: string,
  workload: string,
  bootstrap: object,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${workload}-proxy`, namespace },
    data: { 'envoy.json': JSON.stringify(bootstrap) },
  };
}
