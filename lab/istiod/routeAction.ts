/** Where a route leads: its destinations, with what is done to a request on the way. */
import { hashPolicy } from './loadBalancer.ts';
import { ruleFor } from './destinationRules.ts';
import { authorityOf, headerOperations, joinedOperations } from './headers.ts';
import * as names from './names.ts';
import { percentage } from './percentage.ts';
import { retryPolicy } from './retries.ts';
import type { RouteContext, VirtualService } from './routeContext.ts';
import { resolveHost, serviceNamed } from '../mesh/hosts.ts';
import { duration, message } from '../../envoy/proto.ts';
import type {
  HashPolicy,
  HeaderOperations,
  MirrorPolicy,
  Route,
  RouteAction,
  WeightedCluster,
} from '../../envoy/routeMessages.ts';
import type { LoadBalancer, TrafficPolicy } from '../../istio/destinationRule.ts';
import type { Destination, HttpRoute, Rewrite } from '../../istio/virtualService.ts';

/**
 * applyHTTPRouteDestination in istiod; cases subsets-*, route-headers, rewrite-redirect, mirror.
 *
 * @returns the action, and what is done to headers
 */
export function routeAction(
  context: RouteContext,
  source: VirtualService,
  http: HttpRoute,
): HeaderOperations & Required<Pick<Route, 'route'>> {
  const timeout = duration(http.timeout ?? '0s');
  const destinations = http.route ?? [];
  const [only, ...others] = destinations;
  const single = others.length === 0 ? only : undefined;
  const hashOf = ({ destination }: { destination: Destination }): HashPolicy | undefined =>
    hashPolicy(destinationBalancer(context, source, destination));
  const weighted = destinations.filter(({ weight = 0 }) => weight > 0);
  const hashes = (single === undefined ? weighted : [single])
    .map(hashOf)
    .filter((hash) => hash !== undefined);
  const authority =
    http.rewrite?.authority ?? authorityOf(http.headers) ?? authorityOf(single?.headers);
  const route = message<RouteAction>({
    cluster: single && clusterOf(context, source, single.destination),
    weighted_clusters:
      single === undefined
        ? { clusters: weighted.map((one) => weightedCluster(context, source, one)) }
        : undefined,
    ...rewriting(http.rewrite),
    host_rewrite_literal: authority,
    request_mirror_policies: mirrors(context, source, http),
    hash_policy: hashes.length === 0 ? undefined : hashes,
    retry_policy: retryPolicy(
      http.retries ?? context.scope.meshConfig.defaultHttpRetryPolicy,
      single !== undefined && hashes.length > 0,
    ),
    timeout,
    max_grpc_timeout: timeout,
  });
  const own = headerOperations(http.headers);
  return { ...joinedOperations(own, headerOperations(single?.headers)), route };
}

/** A destination that the proxy knows no service for has a cluster that is nowhere: 503 NC. */
function clusterOf(
  { scope, portOf, port }: RouteContext,
  { namespace }: VirtualService,
  destination: Destination,
): string {
  const service = serviceNamed(scope.reachable, destination.host, namespace);
  const host = service?.host ?? resolveHost(destination.host, namespace);
  const number = destination.port?.number ?? (service === undefined ? port : portOf(service));
  return names.outboundCluster({ host }, number, destination.subset);
}

function weightedCluster(
  context: RouteContext,
  source: VirtualService,
  { destination, weight = 0, headers }: NonNullable<HttpRoute['route']>[number],
): WeightedCluster {
  return message<WeightedCluster>({
    name: clusterOf(context, source, destination),
    weight,
    host_rewrite_literal: authorityOf(headers),
    ...headerOperations(headers),
  });
}

function rewriting({ uri, uriRegexRewrite: regex }: Rewrite = {}): Pick<
  RouteAction,
  'prefix_rewrite' | 'regex_rewrite'
> {
  if (regex !== undefined) {
    return {
      regex_rewrite: message({
        pattern: { regex: regex.match ?? '' },
        substitution: regex.rewrite,
      }),
    };
  }
  return uri === undefined || uri === '' ? {} : { prefix_rewrite: uri };
}

/** Requests that are sent a second time, whose answers nobody waits for; 0 % is no mirror. */
function mirrors(
  context: RouteContext,
  source: VirtualService,
  http: HttpRoute,
): readonly MirrorPolicy[] | undefined {
  const share = http.mirrorPercentage ?? {
    whole: http.mirrorPercent ?? http.mirror_percent ?? 100,
  };
  const all = [
    ...(http.mirror === undefined ? [] : [{ destination: http.mirror, share }]),
    ...(http.mirrors ?? []).map(({ destination, percentage: own }) => ({
      destination,
      share: own ?? { whole: 100 },
    })),
  ]
    .filter(
      (mirror) => ('whole' in mirror.share ? mirror.share.whole : (mirror.share.value ?? 0)) > 0,
    )
    .map((mirror): MirrorPolicy => ({
      cluster: clusterOf(context, source, mirror.destination),
      runtime_fraction: { default_value: percentage(mirror.share) },
      trace_sampled: false,
      disable_shadow_host_suffix_append: true,
    }));
  return all.length === 0 ? undefined : all;
}

/** The nearest word on hashing: the subset's port, the subset, the port, the rule (HashForHTTPDestination). */
function destinationBalancer(
  { scope, pod }: RouteContext,
  { namespace }: VirtualService,
  { host, subset, port }: Destination,
): LoadBalancer | undefined {
  const service = serviceNamed(scope.reachable, host, namespace);
  const rule = service && ruleFor(scope, pod, service, 'outbound')?.spec;
  const own = rule?.subsets?.find(({ name }) => name === subset)?.trafficPolicy;
  return [
    portBalancer(own, port?.number),
    own?.loadBalancer,
    portBalancer(rule?.trafficPolicy, port?.number),
    rule?.trafficPolicy?.loadBalancer,
  ].find((balancer) => balancer?.consistentHash !== undefined);
}

/** The settings for a port, where they hash. */
export function portBalancer(
  policy: TrafficPolicy | undefined,
  port: number | undefined,
): LoadBalancer | undefined {
  const settings = policy?.portLevelSettings?.find((own) => own.port.number === port);
  return settings?.loadBalancer?.consistentHash === undefined ? undefined : settings.loadBalancer;
}
