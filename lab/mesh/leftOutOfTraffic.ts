/** What Istio's policies ask of traffic and proxies here do not do. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { DestinationRuleSpec, TrafficPolicy } from '../../istio/destinationRule.ts';
import { gatewayName, MESH_GATEWAY } from './hosts.ts';
import type { Mesh, Resource } from './model.ts';
import type { Policies } from './policies.ts';
import { isHttp, isPlainTcp } from './protocol.ts';
import { nameOf, tcpCalls } from './tcpCalls.ts';

export function leftOutOfTraffic(mesh: Pick<Mesh, 'services' | 'pods'> & Policies): LeftOut[] {
  return [
    ...tlsPorts(mesh),
    ...tcpCalls(mesh, UNTOLD_CALLS),
    ...hostsOutside(mesh),
    ...mutualTls(mesh),
    ...clientTls(mesh),
    ...gatewayServers(mesh),
    ...accessLogs(mesh),
    ...missingGateways(mesh),
  ];
}

function tlsPorts({ services }: Pick<Mesh, 'services'>): LeftOut[] {
  return (
    services
      // The ingress's own https port is there whether a Gateway listens on it or not.
      .filter(({ selector }) => selector['istio'] !== 'ingressgateway')
      .flatMap((service) =>
        service.ports
          .filter(({ tls }) => tls === true)
          .map(({ port }) => ({
            object: nameOf(service),
            field: 'spec.ports',
            sentence:
              `port ${port} is TLS by its ${service.entry === undefined ? 'name' : 'protocol'}: TLS is left ` +
              'out; who asks there speaks plain text, and the proxies pass its bytes on',
            mayChangeOutcomes: true,
          })),
      )
  );
}

/** Of what servers call, the server's own end of a connection is not logged. */
const UNTOLD_CALLS =
  'a call that a breaker refused there shows as an error of the one who called; how many there were ' +
  'is in the statistics of its proxy (upstream_cx_overflow)';

function hostsOutside({ serviceEntries, workloadEntries }: Policies): LeftOut[] {
  const socket = (address = ''): boolean => address.startsWith('unix://');
  return [
    ...serviceEntries.flatMap((source): LeftOut[] => {
      const object = nameIn('ServiceEntry', source);
      const { resolution, endpoints = [] } = source.spec;
      return [
        ...(resolution === 'DYNAMIC_DNS'
          ? [
              {
                ...{ object, field: 'spec.resolution', mayChangeOutcomes: true },
                sentence: 'names are not looked up one by one: all of them are one server',
              },
            ]
          : []),
        ...endpoints.flatMap(({ address }, i) =>
          socket(address)
            ? [{ ...{ object, field: `spec.endpoints.${i}.address` }, ...UNREACHED }]
            : [],
        ),
      ];
    }),
    ...workloadEntries
      .filter(({ spec }) => socket(spec.address))
      .map((source) => ({
        ...{ object: nameIn('WorkloadEntry', source), field: 'spec.address' },
        ...UNREACHED,
      })),
  ];
}

const UNREACHED = { sentence: 'nothing listens at this socket here', mayChangeOutcomes: true };

function mutualTls({ peerAuthentications }: Policies): LeftOut[] {
  return peerAuthentications.flatMap((policy) => {
    const { mtls, portLevelMtls = {} } = policy.spec;
    const asks = [mtls, ...Object.values(portLevelMtls)].some((one) => isTls(one?.mode));
    if (!asks) return [];
    return {
      object: nameIn('PeerAuthentication', policy),
      field: isTls(mtls?.mode) ? 'spec.mtls' : 'spec.portLevelMtls',
      sentence: 'mutual TLS is left out; proxies talk plain text to each other',
      mayChangeOutcomes: false,
    };
  });
}

function clientTls({ destinationRules }: Policies): LeftOut[] {
  return destinationRules.flatMap((rule) =>
    policiesIn(rule.spec)
      .filter(({ policy }) => isTls(policy.tls?.mode))
      .map(({ at }) => ({
        object: nameIn('DestinationRule', rule),
        field: `${at}.tls`,
        sentence: 'TLS is left out; proxies talk plain text to each other',
        mayChangeOutcomes: false,
      })),
  );
}

function gatewayServers({ gateways }: Policies): LeftOut[] {
  return gateways.flatMap((gateway) =>
    gateway.spec.servers.flatMap((server, i) => {
      const { port, tls } = server;
      return isPlainTcp(server) || (tls === undefined && isHttp(port.protocol))
        ? []
        : {
            object: nameIn('Gateway', gateway),
            field: `spec.servers.${i}`,
            sentence: `port ${port.number} (${port.protocol}) is left out; only plain HTTP and TCP are served`,
            mayChangeOutcomes: true,
          };
    }),
  );
}

function accessLogs({ telemetries }: Policies): LeftOut[] {
  return telemetries.flatMap((telemetry) =>
    (telemetry.spec.accessLogging ?? []).flatMap(({ providers = [] }, i) =>
      providers.flatMap((provider, j) =>
        provider.name === 'envoy'
          ? []
          : {
              object: nameIn('Telemetry', telemetry),
              field: `spec.accessLogging.${i}.providers.${j}.name`,
              sentence: `there is no access log provider '${provider.name}'; only 'envoy' is known`,
              mayChangeOutcomes: false,
            },
      ),
    ),
  );
}

function missingGateways({ gateways, virtualServices }: Policies): LeftOut[] {
  const known = new Set(gateways.map(({ namespace, name }) => `${namespace}/${name}`));
  return virtualServices.flatMap((service) =>
    (service.spec.gateways ?? []).flatMap((gateway, i) =>
      gateway === MESH_GATEWAY || known.has(gatewayName(gateway, service.namespace))
        ? []
        : {
            object: nameIn('VirtualService', service),
            field: `spec.gateways.${i}`,
            sentence: `there is no Gateway '${gateway}' among the objects; its routes there are left out`,
            mayChangeOutcomes: true,
          },
    ),
  );
}

function nameIn(kind: string, { namespace, name }: Resource<unknown>): string {
  return `${kind} ${namespace}/${name}`;
}

/** Plain text is what DISABLE asks for, and an unset mode says nothing. */
function isTls(mode: string | undefined): boolean {
  return mode !== undefined && mode !== 'DISABLE' && mode !== 'UNSET';
}

interface PolicyAt {
  readonly at: string;
  readonly policy: Pick<TrafficPolicy, 'tls'>;
}

function policiesIn({ trafficPolicy, subsets = [] }: DestinationRuleSpec): PolicyAt[] {
  return [
    { at: 'spec.trafficPolicy', policy: trafficPolicy },
    ...subsets.map((subset, i) => ({
      at: `spec.subsets.${i}.trafficPolicy`,
      policy: subset.trafficPolicy,
    })),
  ].flatMap(({ at, policy }) =>
    policy === undefined
      ? []
      : [
          { at, policy },
          ...(policy.portLevelSettings ?? []).map((ofPort, i) => ({
            at: `${at}.portLevelSettings.${i}`,
            policy: ofPort,
          })),
        ],
  );
}
