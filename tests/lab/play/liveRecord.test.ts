/** Requests are counted by batch or by the second, each once, and who refused them is found out. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { LiveRecord } from '../../../lab/play/liveRecord.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const LIMITS = {
  ...{ max_connections: 5, max_pending_requests: 1 },
  ...{ max_requests: UNLIMITED, max_retries: UNLIMITED },
};

function record(inBatches = true, clients = 1): LiveRecord {
  const made = new LiveRecord({
    podAt: (address) => address,
    workloadOf: (pod) => pod,
    limitsOf: () => LIMITS,
  });
  made.begin({ inBatches, clients, serviceTimeMs: 500, loggedMs: 200 });
  return made;
}

function batch(to: LiveRecord, number: number, size: number, client = 'ns/a'): void {
  const times = { dueAt: Date.now(), startedAt: Date.now() };
  to.clientLine(JSON.stringify({ event: 'batch', client, batch: number, size, ...times }));
}

let ids = 0;

/** A request that ends now, and what the client's proxy logged of it. */
function answer(
  to: LiveRecord,
  number: number,
  { status = 200, ms = 500, connection = 1, client = 'ns/a' } = {},
): void {
  ids += 1;
  const id = `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  const endedAt = Date.now();
  const times = { sentAt: endedAt - ms, endedAt };
  to.clientLine(JSON.stringify({ event: 'response', id, client, batch: number, status, ...times }));
  const upstream = status === 200;
  const line = {
    ...{ start_time: new Date(times.sentAt).toISOString(), method: 'GET', path: '/index' },
    ...{ protocol: 'HTTP/1.1', response_code: status, response_flags: upstream ? '-' : 'UO' },
    ...{ duration: ms, request_id: id, authority: 'pyserver', user_agent: `circuit-lab/${id}` },
    upstream_host: upstream ? '127.0.0.1:1' : null,
    upstream_cluster: 'outbound|80||pyserver.ns.svc.cluster.local',
    upstream_local_address: upstream ? `127.0.0.1:${connection}` : null,
    ...{ downstream_remote_address: '127.0.0.1:2', route_name: 'default' },
    ...{ response_code_details: 'via_upstream', bytes_received: 0, bytes_sent: 0 },
    ...{ connection_termination_details: null, upstream_transport_failure_reason: null },
    ...{ x_forwarded_for: null, requested_server_name: null, upstream_service_time: null },
    ...{ downstream_local_address: null },
  };
  to.proxyLine(client, 'client', JSON.stringify(line));
}

/** Until the proxies' lines have come. */
const settle = (): void => void vi.advanceTimersByTime(300);

describe('batches', () => {
  it('are open until every client has all its answers, and are counted from 1 on', () => {
    const seen = record(true, 2);
    batch(seen, 0, 2, 'ns/a');
    answer(seen, 0);
    settle();
    expect(seen.buckets()).toMatchObject([{ at: 1, isDone: false, outcomes: { 'answered/1': 1 } }]);
    batch(seen, 0, 1, 'ns/b');
    answer(seen, 0, { status: 503, ms: 2 });
    answer(seen, 0, { ms: 1000, client: 'ns/b' });
    settle();
    const done = {
      ...{ at: 1, isDone: true, inBatches: true },
      outcomes: { 'answered/1': 1, 'answered/2': 1, 'client-proxy/pending': 1 },
      kinds: { good: 2, 'client-breaker': 1 },
    };
    expect(seen.buckets()).toMatchObject([done]);
    // Each once: what was counted is forgotten, and its count stays.
    expect(seen.buckets()).toMatchObject([done]);
  });

  it('go on in their numbers when the load begins anew', () => {
    const seen = record();
    for (const number of [0, 1]) {
      batch(seen, number, 1);
      answer(seen, number);
    }
    settle();
    seen.buckets();
    seen.begin({ inBatches: true, clients: 1, serviceTimeMs: 500, loggedMs: 200 });
    batch(seen, 0, 1);
    answer(seen, 0);
    settle();
    expect(seen.buckets().map(({ at }) => at)).toEqual([1, 2, 3]);
  });

  it('belong to the settings that they began with', () => {
    const seen = record();
    batch(seen, 0, 1);
    const epoch = seen.turned();
    answer(seen, 0);
    batch(seen, 1, 1);
    answer(seen, 1);
    settle();
    expect(seen.buckets().map((one) => one.epoch)).toEqual([epoch - 1, epoch]);
  });

  it('are warm once no proxy uses more connections than before', () => {
    const seen = record();
    const uses = [[1], [1, 2], [1, 3], [4, 5]];
    for (const [number, connections] of uses.entries()) {
      batch(seen, number, connections.length);
      for (const connection of connections) answer(seen, number, { connection });
      settle();
      seen.buckets();
    }
    expect(seen.buckets().map(({ isWarm }) => isWarm)).toEqual([false, false, true, true]);
  });
});

it('a request is counted once the lines of its proxies have come, later where they take longer', () => {
  const seen = record();
  seen.begin({ inBatches: true, clients: 1, serviceTimeMs: 500, loggedMs: 275 });
  batch(seen, 0, 1);
  answer(seen, 0);
  vi.advanceTimersByTime(274);
  expect(seen.buckets()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen.buckets()).toMatchObject([{ outcomes: { 'answered/1': 1 } }]);
});

describe('without batches', () => {
  it('a second is counted once it is over', () => {
    const seen = record(false);
    answer(seen, 0);
    vi.advanceTimersByTime(1000);
    answer(seen, 0, { status: 503, ms: 1 });
    vi.advanceTimersByTime(1500);
    expect(seen.buckets()).toMatchObject([
      { at: 0, isDone: true, outcomes: { 'answered/1': 1 } },
      { at: 1, isDone: false, outcomes: { 'client-proxy/pending': 1 } },
    ]);
    vi.advanceTimersByTime(1000);
    expect(seen.buckets().map(({ isDone }) => isDone)).toEqual([true, true]);
  });

  it('a second in which the load began anew is one', () => {
    const seen = record(false);
    answer(seen, 0);
    vi.advanceTimersByTime(300);
    seen.begin({ inBatches: false, clients: 1, serviceTimeMs: 500, loggedMs: 200 });
    answer(seen, 0);
    vi.advanceTimersByTime(3000);
    expect(seen.buckets()).toMatchObject([{ at: 0, isDone: true, outcomes: { 'answered/1': 2 } }]);
  });
});
