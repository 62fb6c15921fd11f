/**
 * TCP ports on loopback: where a proxy passes bytes on it knows no Host, so that each port that a pod
 * calls has a listener of its own in the pod's sidecar.
 */
import { BlockList, isIPv6 } from 'node:net';
import type { FilterChain, TcpProxy } from '../../envoy/listenerMessages.ts';
import type { ProxyConfig } from '../../envoy/proxyConfig.ts';
import { addressesOf, ANYWHERE, listenerName } from '../istiod/listeners.ts';
import { BLACK_HOLE } from '../istiod/names.ts';
import { serviceCalled } from '../mesh/hosts.ts';
import type { Mesh, Pod, Service, ServicePort } from '../mesh/model.ts';

/** A port of a service that is TCP. */
export interface TcpPlace {
  readonly service: Service;
  readonly port: ServicePort;
}

/** What a pod's URL asks for, where that is at a TCP port. */
export function tcpPlace(
  { services }: Pick<Mesh, 'services'>,
  pod: Pod,
  url: Pick<URL, 'hostname' | 'port'>,
): TcpPlace | undefined {
  const service = serviceCalled(services, url.hostname, pod);
  const number = url.port === '' ? 80 : Number(url.port);
  const port = service?.ports.find((one) => one.port === number && one.protocol === 'tcp');
  return service && port && { service, port };
}

/** The name of the listener that stands for such a port. */
export function tcpListenerName({ service, port }: TcpPlace): string {
  return `outbound_${service.host}_${port.port}`;
}

/**
 * What a sidecar does with a connection to the port: of its listener there the chain for that address,
 * else what it does with what it does not know. Undefined where it lets that go by.
 */
export function tcpWay(config: ProxyConfig, pod: Pod, place: TcpPlace): TcpProxy | undefined {
  const [first = ANYWHERE] = addressesOf(place.service, place.port, pod);
  const [address = ANYWHERE, length] = first.split('/');
  const bind = length === undefined ? address : ANYWHERE;
  const listener =
    config.listeners.find(({ name }) => name === listenerName(bind, place.port.port)) ??
    config.listeners.find(({ name }) => name === 'virtualOutbound');
  const chains = listener?.filter_chains ?? [];
  const chain =
    mostSpecific(chains, address) ?? chains.find(isForAll) ?? listener?.default_filter_chain;
  const proxy = chain && bytesProxy(chain);
  const isKnown = proxy?.weighted_clusters !== undefined || proxy?.cluster?.startsWith('outbound|');
  return isKnown === true || proxy?.cluster === BLACK_HOLE ? proxy : undefined;
}

/** The filter of a chain that passes bytes on. */
export function bytesProxy({ filters }: FilterChain): TcpProxy | undefined {
  return filters
    .map(({ typed_config: config }) => config)
    .find((config): config is TcpProxy => config['@type'].endsWith('.TcpProxy'));
}

function isForAll({ filter_chain_match: match = {} }: FilterChain): boolean {
  return Object.keys(match).length === 0;
}

/** Of those for ranges of addresses the one with the longest prefix that the address has. */
function mostSpecific(chains: readonly FilterChain[], address: string): FilterChain | undefined {
  const [found] = chains
    .flatMap((chain) =>
      (chain.filter_chain_match?.prefix_ranges ?? [])
        .filter((range) => isWithin(range.address_prefix, range.prefix_len, address))
        .map((range) => ({ chain, length: range.prefix_len })),
    )
    .sort((a, b) => b.length - a.length);
  return found?.chain;
}

function isWithin(prefix: string, length: number, address: string): boolean {
  const family = isIPv6(prefix) ? 'ipv6' : 'ipv4';
  if (isIPv6(address) !== isIPv6(prefix)) return false;
  const block = new BlockList();
  block.addSubnet(prefix, length, family);
  return block.check(address, family);
}
