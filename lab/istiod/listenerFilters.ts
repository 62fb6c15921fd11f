/** The filters that look at a connection's first bytes to choose its filter chain. */
import { typedMessage, extension } from '../../envoy/proto.ts';
import type { ListenerFilter, PortPredicate } from '../../envoy/listenerMessages.ts';

export const HTTP_INSPECTOR: ListenerFilter = extension(
  'envoy.filters.listener.http_inspector',
  typedMessage('extensions.filters.listener.http_inspector.v3.HttpInspector'),
);

export const TLS_INSPECTOR: ListenerFilter = extension('envoy.filters.listener.tls_inspector', {
  ...typedMessage('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
  initial_read_buffer_size: 512,
});

export const ORIGINAL_DST: ListenerFilter = extension(
  'envoy.filters.listener.original_dst',
  typedMessage('extensions.filters.listener.original_dst.v3.OriginalDst'),
);

/** What the HTTP inspector calls plain text that it recognised. */
export const PLAIN_HTTP = ['http/1.1', 'h2c'];

/** The filter, off on the ports where what they speak is known beforehand. */
export function offOn(filter: ListenerFilter, ports: readonly number[]): ListenerFilter {
  const rules = ports.map((start): PortPredicate => ({
    destination_port_range: { start, end: start + 1 },
  }));
  const [only] = rules;
  if (only === undefined) return filter;
  return { ...filter, filter_disabled: rules.length === 1 ? only : { or_match: { rules } } };
}
