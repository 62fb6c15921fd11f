import type { GatewaySpec } from '../../istio/gateway.ts';
import type { Protocol } from './model.ts';

/** Server-first protocols on these ports would hang while Envoy waits for bytes to sniff. */
const NEVER_SNIFFED = new Set([25, 53, 3306, 27_017]);

const BY_NAME: Readonly<Record<string, Protocol>> = {
  http: 'http',
  http2: 'http2',
  grpc: 'grpc',
  tcp: 'tcp',
  // Istio tells these apart for other filters; to an HTTP lab they are bytes.
  https: 'tcp',
  tls: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
};

const BY_APP_PROTOCOL: Readonly<Record<string, string>> = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

/**
 * A service port's protocol: `appProtocol` where given, else the name up to its first hyphen; any
 * other name is `auto`, sniffed per connection.
 * istio.io/docs/ops/configuration/traffic-management/protocol-selection; ConvertProtocol in
 * pkg/config/kube/conversion.go; cases defaults-auto-protocol, defaults-tcp-port.
 */
export function protocolOf(port: {
  readonly name: string;
  readonly port: number;
  readonly appProtocol?: string | undefined;
}): Protocol {
  const given = port.appProtocol ?? port.name;
  const word = (BY_APP_PROTOCOL[given] ?? given).toLowerCase().split('-', 1)[0] ?? '';
  return BY_NAME[word] ?? (NEVER_SNIFFED.has(port.port) ? 'tcp' : 'auto');
}

/** Whether such bytes are TLS (protocol.Instance.IsTLS). */
export function isTlsNamed(text: string): boolean {
  const named = BY_APP_PROTOCOL[text] ?? text;
  return ['https', 'tls'].includes(named.toLowerCase().split('-', 1)[0] ?? '');
}

/** The protocol of a ServiceEntry's port, which says it (protocol.Parse); what is no such word is sniffed. */
export function protocolNamed(text: string): Protocol {
  return BY_NAME[text.toLowerCase().split('-', 1)[0] ?? ''] ?? 'auto';
}

/** Whether a Gateway's server takes bytes, and no TLS (protocol.Instance.IsTCP). */
export function isPlainTcp({ port, tls }: GatewaySpec['servers'][number]): boolean {
  const named = ['TCP', 'MONGO', 'MYSQL', 'REDIS'].includes(port.protocol.toUpperCase());
  return tls === undefined && named;
}

/** Whether a Gateway's server speaks HTTP: its port's protocol is always said. */
export function isHttp(gatewayProtocol: string): boolean {
  return ['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(gatewayProtocol.toUpperCase());
}
