/** Routes: those of a VirtualService, and the one that a service has without any. */
import type { HttpMatch, HttpRoute } from '../../istio/virtualService.ts';
import { gatewayName } from '../mesh/hosts.ts';
import type { Service } from '../mesh/model.ts';
import { corsPolicy } from './cors.ts';
import { ruleFor } from './destinationRules.ts';
import { fault } from './fault.ts';
import { headerOperations } from './headers.ts';
import { hashPolicy } from './loadBalancer.ts';
import * as names from './names.ts';
import { message } from '../../envoy/proto.ts';
import { directResponse, redirectAction } from './redirect.ts';
import { INBOUND_RETRIES, retryPolicy } from './retries.ts';
import { portBalancer, routeAction } from './routeAction.ts';
import type { RouteContext, VirtualService } from './routeContext.ts';
import { ANY, isCatchAll, routeMatchOf } from './routeMatch.ts';
import type { Any } from '../../envoy/messages.ts';
import type {
  HeaderOperations,
  Route,
  RouteAction,
  RouteMatch,
} from '../../envoy/routeMessages.ts';

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
      retry_policy: retryPolicy(scope.meshConfig.defaultHttpRetryPolicy, false),
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

/**
 * For this port, and for the gateways that it names; else, where it says so, for some of the sidecars
 * alone (sourceMatchHTTP).
 */
function isFor(
  match: HttpMatch | undefined,
  { pod, port, gateway }: RouteContext,
  namespace: string,
): boolean {
  if (match === undefined) return true;
  if (match.port !== undefined && match.port !== port) return false;
  if (match.gateways?.length) {
    return match.gateways.some((name) => gatewayName(name, namespace) === gateway);
  }
  const isSource = Object.entries(match.sourceLabels ?? {}).every(
    ([key, value]) => pod.labels[key] === value,
  );
  return isSource && (match.sourceNamespace ?? pod.namespace) === pod.namespace;
}

function httpRoute(
  context: RouteContext,
  source: VirtualService,
  http: HttpRoute,
  match: HttpMatch | undefined,
): Route {
  const name = [http.name ?? '', ...(match?.name === undefined ? [] : [match.name])].join('.');
  const routeMatch = match === undefined ? ANY : routeMatchOf(match);
  const ending = end(context, source, http);
  const filters = message<Record<string, Any>>({
    'envoy.filters.http.fault': http.fault && fault(http.fault),
    'envoy.filters.http.cors': http.corsPolicy && corsPolicy(http.corsPolicy),
  });
  return message<Route>({
    name: name === '' ? undefined : name,
    match: routeMatch,
    ...ending,
    decorator: { operation: operation(ending.route, routeMatch, source, context) },
    metadata: names.istioMetadata({ config: names.configPath('virtual-service', source) }),
    typed_per_filter_config: Object.keys(filters).length === 0 ? undefined : filters,
  });
}

/** What becomes of a request that the route is for. */
function end(
  context: RouteContext,
  source: VirtualService,
  http: HttpRoute,
): HeaderOperations & Pick<Route, 'route' | 'redirect' | 'direct_response'> {
  if (http.redirect !== undefined) {
    const redirect = redirectAction(http.redirect, context.port);
    return { ...headerOperations(http.headers), redirect };
  }
  if (http.directResponse !== undefined) {
    const direct_response = directResponse(http.directResponse);
    return { ...headerOperations(http.headers), direct_response };
  }
  return routeAction(context, source, http);
}

/** GetRouteOperation in istiod: the destination where there is one, else the VirtualService. */
function operation(
  route: RouteAction | undefined,
  match: RouteMatch,
  source: VirtualService,
  { port }: RouteContext,
): string {
  const [, clusterPort, , host] = route?.cluster?.split('|') ?? [];
  const target =
    host === undefined || clusterPort === undefined
      ? `${source.name}:${port}`
      : `${host}:${clusterPort}`;
  return target + (match.path ?? match.safe_regex?.regex ?? `${match.prefix ?? '/'}*`);
}
