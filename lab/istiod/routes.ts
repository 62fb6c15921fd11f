/** Routes: those of a VirtualService, and the one that a service has without any. */
import type { LoadBalancer, TrafficPolicy } from '../../istio/destinationRule.ts';
import type { HttpMatch, HttpRoute, StringMatch } from '../../istio/virtualService.ts';
import type { VirtualServiceSpec } from '../../istio/virtualService.ts';
import { gatewayName, resolveHost, serviceNamed } from '../mesh/hosts.ts';
import type { Pod, Resource, Service } from '../mesh/model.ts';
import { fault } from './fault.ts';
import { hashPolicy } from './loadBalancer.ts';
import * as names from './names.ts';
import { duration, message } from '../../envoy/proto.ts';
import { INBOUND_RETRIES, retryPolicy } from './retries.ts';
import { ruleFor } from './destinationRules.ts';
import type { Scope } from './scope.ts';
import type {
  HashPolicy,
  HeaderMatcher,
  Route,
  RouteAction,
  RouteMatch,
} from '../../envoy/messages.ts';

export type VirtualService = Resource<VirtualServiceSpec>;

/** Where routes are made for: a proxy, the port it listens on, the gateway it listens for. */
export interface RouteContext {
  readonly scope: Scope;
  readonly pod: Pod;
  readonly port: number;
  /** `mesh`, or `namespace/name` of a Gateway; a match may be for some gateways only. */
  readonly gateway: string;
  /** The port of a destination that names none. */
  readonly portOf: (service: Service) => number;
}

const ANY: RouteMatch = { prefix: '/' };
const NO_TIMEOUT = { timeout: '0s', max_grpc_timeout: '0s' } as const;

/**
 * The routes of a VirtualService, up to the first that catches everything: Envoy would not go
 * further. No route at all where no match is for this port and gateway.
 * BuildHTTPRoutesForVirtualService in istiod; cases scenario-outlier-*, fault-delay-abort-timeout.
 */
export function virtualServiceRoutes(context: RouteContext, source: VirtualService): Route[] {
  const routes: Route[] = [];
  for (const http of source.spec.http ?? []) {
    for (const match of http.match ?? [undefined]) {
      if (!isFor(match, context, source.namespace)) continue;
      const route = httpRoute(context, source, http, match);
      routes.push(route);
      if (isCatchAll(route)) return routes;
    }
  }
  return routes;
}

/** The route to a service that no VirtualService speaks of; case defaults. */
export function defaultRoute({ scope, pod, port }: RouteContext, service: Service): Route {
  const policy = ruleFor(scope, pod, service, 'outbound')?.spec.trafficPolicy;
  const hash = hashPolicy(portBalancer(policy, port) ?? policy?.loadBalancer);
  return {
    name: 'default',
    match: ANY,
    decorator: { operation: `${service.host}:${port}/*` },
    route: message<RouteAction>({
      cluster: names.outboundCluster(service, port),
      hash_policy: hash && [hash],
      retry_policy: retryPolicy(undefined, false),
      ...NO_TIMEOUT,
    }),
  };
}

/**
 * The route to the application beside a sidecar. gRPC streams are not sent again.
 * BuildDefaultHTTPInboundRoute in istiod; case defaults.
 */
export function inboundRoute(cluster: string, operation: string, retried: boolean): Route {
  return {
    name: 'default',
    match: ANY,
    decorator: { operation },
    route: message<RouteAction>({
      cluster,
      timeout: '0s',
      max_stream_duration: { max_stream_duration: '0s', grpc_timeout_header_max: '0s' },
      retry_policy: retried ? INBOUND_RETRIES : undefined,
    }),
  };
}

/** Where a sidecar sends what it knows no service for. */
export const ALLOW_ANY: Route = {
  name: 'allow_any',
  match: ANY,
  route: { cluster: names.PASSTHROUGH, ...NO_TIMEOUT },
};

/** Where a sidecar sends what it knows no service for, and must not. */
export const BLOCK_ALL: Route = {
  name: 'block_all',
  match: ANY,
  direct_response: { status: 502 },
};

function isFor(match: HttpMatch | undefined, context: RouteContext, namespace: string): boolean {
  if (match?.port !== undefined && match.port !== context.port) return false;
  return (
    match?.gateways === undefined ||
    match.gateways.some((gateway) => gatewayName(gateway, namespace) === context.gateway)
  );
}

function httpRoute(
  context: RouteContext,
  source: VirtualService,
  http: HttpRoute,
  match: HttpMatch | undefined,
): Route {
  const name = [http.name ?? '', ...(match?.name === undefined ? [] : [match.name])].join('.');
  const routeMatch = match === undefined ? ANY : routeMatchOf(match);
  const filter = http.fault && fault(http.fault);
  const route = action(context, source, http);
  return message<Route>({
    name: name === '' ? undefined : name,
    match: routeMatch,
    route,
    decorator: { operation: operation(route, routeMatch, source, context) },
    metadata: names.istioMetadata({ config: names.configPath('virtual-service', source) }),
    typed_per_filter_config: filter && { 'envoy.filters.http.fault': filter },
  });
}

function action(context: RouteContext, source: VirtualService, http: HttpRoute): RouteAction {
  const timeout = duration(http.timeout ?? '0s');
  const destinations = http.route.map(({ destination, weight = 0 }) => {
    const { subset } = destination;
    const host = resolveHost(destination.host, source.namespace);
    const service = serviceNamed(context.scope.reachable, destination.host, source.namespace);
    const port = destination.port?.number ?? (service ? context.portOf(service) : context.port);
    return {
      // Of a host that no service has there is no cluster: Envoy answers 503.
      name: names.outboundCluster({ host }, port, subset),
      weight,
      hash:
        service &&
        hashPolicy(destinationBalancer(context, service, subset, destination.port?.number)),
    };
  });
  const [only, ...others] = destinations;
  const single = others.length === 0 ? only : undefined;
  const weighted = destinations.filter(({ weight }) => weight > 0);
  const hashes = (single === undefined ? weighted : [single])
    .map(({ hash }) => hash)
    .filter((hash): hash is HashPolicy => hash !== undefined);
  return message<RouteAction>({
    cluster: single?.name,
    weighted_clusters:
      single === undefined
        ? { clusters: weighted.map(({ name, weight }) => ({ name, weight })) }
        : undefined,
    hash_policy: hashes.length === 0 ? undefined : hashes,
    retry_policy: retryPolicy(http.retries, single?.hash !== undefined),
    timeout,
    max_grpc_timeout: timeout,
  });
}

/** The nearest word on hashing: the subset's port, the subset, the port, the rule (HashForHTTPDestination). */
function destinationBalancer(
  { scope, pod }: RouteContext,
  service: Service,
  subset: string | undefined,
  port: number | undefined,
): LoadBalancer | undefined {
  const rule = ruleFor(scope, pod, service, 'outbound')?.spec;
  const own = rule?.subsets?.find(({ name }) => name === subset)?.trafficPolicy;
  return [
    portBalancer(own, port),
    own?.loadBalancer,
    portBalancer(rule?.trafficPolicy, port),
    rule?.trafficPolicy?.loadBalancer,
  ].find((balancer) => balancer?.consistentHash !== undefined);
}

function portBalancer(
  policy: TrafficPolicy | undefined,
  port: number | undefined,
): LoadBalancer | undefined {
  const settings = policy?.portLevelSettings?.find((own) => own.port.number === port);
  return settings?.loadBalancer?.consistentHash === undefined ? undefined : settings.loadBalancer;
}

/** TranslateRouteMatch in istiod; headers are sorted by name, method and authority come last. */
function routeMatchOf(match: HttpMatch): RouteMatch {
  const headers = Object.entries(match.headers ?? {})
    .map(([name, value]) => headerMatch(name, value))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (match.method !== undefined) headers.push(headerMatch(':method', match.method));
  if (match.authority !== undefined) headers.push(headerMatch(':authority', match.authority));
  return message<RouteMatch>({
    ...(match.uri === undefined ? ANY : path(match.uri)),
    case_sensitive: match.ignoreUriCase !== true,
    headers: headers.length === 0 ? undefined : headers,
  });
}

function path({ exact, prefix, regex }: StringMatch): RouteMatch {
  if (exact !== undefined) return { path: exact };
  return regex === undefined ? { prefix: prefix ?? '/' } : { safe_regex: { regex } };
}

function headerMatch(name: string, { exact, prefix, regex }: StringMatch): HeaderMatcher {
  // These match every value, so presence alone is asked for.
  if (regex === '*' || regex === '.*' || prefix === '') return { name, present_match: true };
  const safe_regex = regex === undefined ? undefined : { regex };
  return { name, string_match: message({ exact, prefix, safe_regex }) };
}

function isCatchAll({ match }: Route): boolean {
  return (match.prefix === '/' || match.safe_regex?.regex === '.*') && match.headers === undefined;
}

/** GetRouteOperation in istiod: the destination where there is one, else the VirtualService. */
function operation(
  route: RouteAction,
  match: RouteMatch,
  source: VirtualService,
  { port }: RouteContext,
): string {
  const [, clusterPort, , host] = route.cluster?.split('|') ?? [];
  const target =
    host === undefined || clusterPort === undefined
      ? `${source.name}:${port}`
      : `${host}:${clusterPort}`;
  return target + (match.path ?? match.safe_regex?.regex ?? `${match.prefix ?? '/'}*`);
}
