/** Who closed a connection of bytes: nobody answers in the place of a server, so all end without a status. */
import { expect, it } from 'vitest';
import type { Refusal } from '../../../experiment/expectation.ts';
import { type ProxyTrace, refusedBy } from '../../../lab/analysis/attribution.ts';
import { entry } from './logged.ts';

const bytes = { protocol: '-', status: 0 };
const passed = (flags = '') => entry({ ...bytes, flags });
/** What was sent nowhere. */
const closed = (flags: string) =>
  entry({ ...bytes, flags, upstreamHost: undefined, upstreamLocalAddress: undefined });

it.each<[string, Partial<ProxyTrace>, Refusal]>([
  ["UO at the client's: its limit of them", { client: closed('UO') }, 'client-proxy/connections'],
  ['UO at a gateway', { client: closed('UO'), clientRole: 'gateway' }, 'gateway/connections'],
  ["UO at the server's", { client: passed(), server: [closed('UO')] }, 'server-proxy/connections'],
  [
    "UO at the server's, which the client's saw reset",
    { client: passed('UR'), server: [closed('UO')] },
    'server-proxy/connections',
  ],
  [
    "UO at the server's, of a client without one",
    { server: [closed('UO')] },
    'server-proxy/connections',
  ],
  ['URX and nowhere: it could not wait', { client: closed('URX') }, 'client-proxy/pending'],
  ['URX of a host that takes none', { client: passed('UF,URX') }, 'connection-failure'],
  ['URX where no host is healthy', { client: closed('UH,URX') }, 'no-healthy-upstream'],
  ['UH', { client: closed('UH') }, 'no-healthy-upstream'],
  ['NC: the cluster is not there', { client: closed('NC') }, 'no-route'],
  ['no flag anywhere', { client: passed(), server: [passed()] }, 'connection-failure'],
])('%s', (_what, trace, wanted) => {
  const whole = { client: undefined, server: [], clientRole: 'client' as const, ...trace };
  expect(refusedBy({ status: 0, error: 'ECONNRESET' }, whole, () => undefined)).toBe(wanted);
  expect(refusedBy({ status: 0, error: 'TIMEOUT' }, whole, () => undefined)).toBe('timeout');
});
