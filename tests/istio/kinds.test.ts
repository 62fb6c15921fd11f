import { expect, it } from 'vitest';
import {
  authorizationPolicySpec,
  type AuthorizationPolicySpec,
} from '../../istio/authorizationPolicy.ts';
import { gatewaySpec, type GatewaySpec } from '../../istio/gateway.ts';
import {
  peerAuthenticationSpec,
  type PeerAuthenticationSpec,
} from '../../istio/peerAuthentication.ts';
import { type SidecarSpec, sidecarSpec } from '../../istio/sidecar.ts';
import { type TelemetrySpec, telemetrySpec } from '../../istio/telemetry.ts';
import { expectStrict } from '../support/strictness.ts';

const gateway: GatewaySpec = {
  selector: { istio: 'ingressgateway' },
  servers: [
    { name: 'web', port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'], tls: {} },
  ],
};

const peerAuthentication: Required<PeerAuthenticationSpec> = {
  selector: { matchLabels: { app: 'pyserver' } },
  mtls: { mode: 'STRICT' },
  portLevelMtls: { '5000': { mode: 'DISABLE' } },
};

const authorizationPolicy: Required<AuthorizationPolicySpec> = {
  selector: { matchLabels: { app: 'pyserver' } },
  action: 'ALLOW',
  rules: [
    {
      from: [{ source: { principals: ['cluster.local/ns/lab/sa/pyclient'], namespaces: ['lab'] } }],
    },
  ],
};

const telemetry: Required<TelemetrySpec> = {
  selector: { matchLabels: { app: 'pyserver' } },
  accessLogging: [
    {
      providers: [{ name: 'envoy' }],
      disabled: false,
      filter: { expression: 'response.code >= 400' },
    },
  ],
};

const sidecar: Required<SidecarSpec> = {
  workloadSelector: { labels: { app: 'pyserver' } },
  egress: [{ port: { number: 80, name: 'http' }, hosts: ['./*'] }],
  outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  inboundConnectionPool: { tcp: { maxConnections: 3 } },
};

const kinds = {
  Gateway: [gatewaySpec, gateway, ['selector', 'tls']],
  PeerAuthentication: [
    peerAuthenticationSpec,
    peerAuthentication,
    ['matchLabels', 'portLevelMtls'],
  ],
  AuthorizationPolicy: [authorizationPolicySpec, authorizationPolicy, ['matchLabels']],
  Telemetry: [telemetrySpec, telemetry, ['matchLabels']],
  Sidecar: [sidecarSpec, sidecar, ['labels']],
} as const;

it.each(Object.entries(kinds))(
  'a %s takes every field that the project acts on, and none that it does not know',
  (_, [schema, example, freeMaps]) => {
    expectStrict(schema, example, freeMaps);
  },
);

it('a Sidecar with two listeners for all ports, or a host without its namespace, is refused', () => {
  const errors = (egress: object[]): string[] =>
    sidecarSpec.safeParse({ egress }).error?.issues.map(({ message }) => message) ?? [];
  const all = { hosts: ['./*'] };
  expect(errors([all, { port: { number: 80 }, ...all }])).toEqual([]);
  expect(errors([all, all])[0]).toMatch('more than one listener without a port');
  expect(errors([{ hosts: ['reviews'] }])[0]).toMatch('must be namespace/host');
});

it('a Gateway without hosts, or with an impossible port, is refused', () => {
  const [server] = gateway.servers;
  const path = (servers: object[]): string | undefined =>
    gatewaySpec.safeParse({ ...gateway, servers }).error?.issues[0]?.path.join('.');
  expect(path([{ ...server, hosts: [] }])).toBe('servers.0.hosts');
  expect(path([{ ...server, port: { number: 0, name: 'http', protocol: 'HTTP' } }])).toBe(
    'servers.0.port.number',
  );
});
