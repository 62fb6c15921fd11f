/**
 * The mesh as Kubernetes and istiod see it: pods, services with their endpoints, Istio policies.
 * Made from objects by `meshOf`; read by translation, running, prediction and lint.
 */
import type { Behaviour } from '../../experiment/behaviour.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { DestinationRuleSpec } from '../../istio/destinationRule.ts';
import type { GatewaySpec } from '../../istio/gateway.ts';
import type { MeshConfig } from '../../istio/meshConfig.ts';
import type { PeerAuthenticationSpec } from '../../istio/peerAuthentication.ts';
import type { ProxyConfigSpec } from '../../istio/proxyConfig.ts';
import type { ServiceEntrySpec } from '../../istio/serviceEntry.ts';
import type { SidecarSpec } from '../../istio/sidecar.ts';
import type { TelemetrySpec } from '../../istio/telemetry.ts';
import type { VirtualServiceSpec } from '../../istio/virtualService.ts';
import type { WorkloadEntrySpec } from '../../istio/workloadEntry.ts';

/** An object of a kind whose spec this project knows. */
export interface Resource<Spec> {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Spec;
}

export interface Mesh {
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly destinationRules: readonly Resource<DestinationRuleSpec>[];
  readonly virtualServices: readonly Resource<VirtualServiceSpec>[];
  readonly gateways: readonly Resource<GatewaySpec>[];
  readonly peerAuthentications: readonly Resource<PeerAuthenticationSpec>[];
  readonly telemetries: readonly Resource<TelemetrySpec>[];
  readonly sidecars: readonly Resource<SidecarSpec>[];
  readonly proxyConfigs: readonly Resource<ProxyConfigSpec>[];
  readonly serviceEntries: readonly Resource<ServiceEntrySpec>[];
  readonly workloadEntries: readonly Resource<WorkloadEntrySpec>[];
  /** The mesh's own configuration, besides Istio's default profile. */
  readonly meshConfig: MeshConfig;
  /** What the objects say and this project does not act on. */
  readonly leftOut: readonly LeftOut[];
  /** What the objects lack and was made up, one sentence each. */
  readonly madeUp: readonly string[];
}

/** The namespace of mesh-wide policies and of the ingress gateway. */
export const ROOT_NAMESPACE = 'istio-system';
export const CLUSTER_DOMAIN = 'cluster.local';

/** Of a place that is not that fine the rest is empty. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subzone: string;
}

export interface Pod {
  /** As given; for pod `n` of a workload, `<workload>-<n>`. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** The Deployment, StatefulSet or other that it belongs to, else its own name. */
  readonly workload: string;
  /** As given in its status, else one of 10.244.0.0/16 in order of appearance. */
  readonly ip: string;
  readonly ready: boolean;
  /** Where it runs; undefined where no Node and no label says it. */
  readonly locality?: Locality | undefined;
  /** The name of the Node it runs on, where that is given. */
  readonly node?: string | undefined;
  /** Injected, or an ingress gateway; `none` calls and answers by itself. */
  readonly proxy: 'sidecar' | 'gateway' | 'none';
  /** Worker threads of its Envoy, at least 1 (proxyConcurrency.ts). */
  readonly proxyConcurrency: number;
  readonly containers: readonly Container[];
  readonly runs: Runs;
}

/** What of an experiment runs in containers: the project's apps, and Envoy by itself; or nothing. */
export type App = 'server' | 'client' | 'envoy' | 'idle';

/** What a pod runs, as it was understood. */
export type Runs = Program | Nothing;

/** A pod that neither calls nor answers, or is a gateway and nothing else. */
export interface Nothing {
  readonly app: 'idle';
  /** Why, where it is not plain. */
  readonly said?: string;
  /** Whether people send from it, by a command that they type in it. */
  readonly sends?: true;
}

export interface Program {
  readonly app: Exclude<App, 'idle'>;
  /** The one of its containers that is meant. */
  readonly container: Container;
  /** The variables of the project's app in its place; its own where it is the project's image. */
  readonly env: Readonly<Record<string, string>>;
  /** Container ports that it answers at, the ones that Services ask for; at least one for a server. */
  readonly ports: readonly number[];
  /** How a server behaves where that is not in its own variables; times not shrunk. */
  readonly behaviour?: Behaviour;
  /** What was understood or made up, a sentence about its image; unset for the project's own. */
  readonly said?: string;
  /** Whether people send from it as well, by a command that they type in it. */
  readonly sends?: true;
  /** Whether what is said was made up. */
  readonly madeUp?: true;
}

/** What a pod is known by everywhere: two namespaces may each have a pod of one name. */
export function podId({ namespace, name }: Pick<Pod, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** An application container; the injected proxy is not among them. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
  /** The entries of ConfigMaps that are mounted into it, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** How a proxy finds the endpoints of a service; `none`: it goes where the request was going. */
export type Resolution = 'endpoints' | 'dns' | 'dns-round-robin' | 'none';

/** A Service of Kubernetes, or a host of a ServiceEntry. */
export interface Service {
  /** Of a host its whole name. */
  readonly name: string;
  readonly namespace: string;
  /** `<name>.<namespace>.svc.cluster.local`, or the host; its first part may be `*`. */
  readonly host: string;
  /** As given, else one of 10.96.0.0/16 in order of appearance; undefined for one that has none. */
  readonly clusterIP?: string | undefined;
  readonly resolution: Resolution;
  /** The ServiceEntry that it is of: `namespace/name`. */
  readonly entry?: string;
  /** Outside of the mesh: nothing there speaks its mutual TLS. */
  readonly external?: true;
  /** Other names that lead to it: of ExternalName Services. */
  readonly aliases?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Namespaces that see it: `*` all, `.` its own, `~` none; none are the mesh's own. */
  readonly exportTo: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** Ready endpoints: of its EndpointSlices where given, else the ready pods and WorkloadEntries it selects. */
  readonly endpoints: readonly Endpoint[];
}

/** By Istio's port naming (istio.io/docs/ops/configuration/traffic-management/protocol-selection). */
export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp' | 'auto';

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: Protocol;
  /** Of `tcp`: its clients speak TLS, and say whom they want. */
  readonly tls?: true;
}

export interface Endpoint {
  /** An IP address, or a name for DNS. */
  readonly address: string;
  /** The endpoint's port number for a service port's name. */
  readonly ports: Readonly<Record<string, number>>;
  /** What answers there, where that is known. */
  readonly pod?: Pod;
  /** What a WorkloadEntry says of it, in the place of what its pod would. */
  readonly entry?: EndpointEntry;
}

export interface EndpointEntry {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly locality?: Locality | undefined;
  readonly weight?: number | undefined;
  readonly serviceAccount?: string | undefined;
}
