/** Whose request a connection carried, by the ends that client and proxies both know. */
import { describe, expect, it } from 'vitest';
import type { AccessLogEntry } from '../../../envoy/accessLog.ts';
import { withConnections } from '../../../lab/analysis/connections.ts';
import type { ProxyLog } from '../../../lab/analysis/hops.ts';
import { entry, response } from './logged.ts';

const AT = '2026-11-22T14:10:20.000Z';
const begun = Date.parse(AT);

function line(
  pod: string,
  from: string,
  to: string | undefined,
  more: Partial<AccessLogEntry> = {},
): ProxyLog {
  const bytes = {
    protocol: '-',
    method: '-',
    path: '-',
    requestId: '-',
    authority: '-',
    status: 0,
  };
  const ends = { downstreamRemoteAddress: from, upstreamLocalAddress: to };
  const role = pod === 'client' ? 'client' : 'server';
  return {
    pod,
    role,
    entry: entry({ ...bytes, ...ends, startTime: AT, durationMs: 500, ...more }),
  };
}

function asked(id: string, from: string | undefined, sentAt = begun, endedAt = begun + 500) {
  return response({ id, from, sentAt, endedAt });
}

/** Pods by request. */
function joined(logs: ProxyLog[], responses: ReturnType<typeof asked>[]): string[] {
  return withConnections(logs, responses).map(({ pod, entry: own }) => `${own.requestId} ${pod}`);
}

const WAY = [line('client', 'c:1', 'p:1'), line('server', 'p:1', 's:1')];

describe('a line of a connection', () => {
  it('is of the request that came from there, and so are those further on', () => {
    const others = [line('client', 'c:2', 'p:2'), line('server', 'p:2', 's:2')];
    expect(joined([...others, ...WAY], [asked('a', 'c:1'), asked('b', 'c:2')])).toEqual([
      'a client',
      'a server',
      'b client',
      'b server',
    ]);
  });

  it('is of every request that it carried', () => {
    expect(joined(WAY.slice(0, 1), [asked('a', 'c:1'), asked('b', 'c:1')])).toEqual([
      'a client',
      'b client',
    ]);
  });

  it('is of the request of its own time, where a port was taken twice', () => {
    const later = { startTime: new Date(begun + 60_000).toISOString(), flags: 'UO' };
    const logs = [line('client', 'c:1', undefined, later), line('client', 'c:1', 'p:1')];
    const [first, second] = withConnections(logs, [
      asked('a', 'c:1'),
      asked('b', 'c:1', begun + 60_000, begun + 60_000),
    ]);
    expect([first?.entry.flags, second?.entry.flags]).toEqual(['', 'UO']);
  });

  it.each([
    ['another end', asked('a', 'c:9')],
    ['no end', asked('a', undefined)],
    ['another time', asked('a', 'c:1', begun + 60_000, begun + 60_001)],
  ])("is nobody's where the request has %s", (_what, request) => {
    expect(joined(WAY, [request])).toEqual([]);
  });

  it('may lead back to itself', () => {
    expect(joined([line('client', 'c:1', 'c:1')], [asked('a', 'c:1')])).toEqual(['a client']);
  });
});

it('lines of requests stay as they are', () => {
  const http: ProxyLog = { pod: 'client', role: 'client', entry: entry({ requestId: 'h' }) };
  expect(joined([http, ...WAY], [asked('a', 'c:1')])).toEqual(['h client', 'a client', 'a server']);
  const logs = [http];
  expect(withConnections(logs, [])).toBe(logs);
});
