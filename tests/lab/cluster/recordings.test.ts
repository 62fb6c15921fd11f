/** The readers of a cluster, held to what a real mesh answered. */
import type { Role } from '../../../experiment/roles.ts';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ISTIO_ACCESS_LOG_FORMAT,
  ISTIO_ACCESS_LOG_JSON_FORMAT,
} from '../../../envoy/accessLogFormat.ts';
import { whatBroke, whyNotReady } from '../../../lab/cluster/podState.ts';
import { hasProxy, istioOfImage } from '../../../lab/cluster/sidecars.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { parseAccessLog } from '../../../envoy/accessLog.ts';
import { requestKey, requestsOf } from '../../../lab/analysis/requests.ts';
import type { Proxy } from '../../../experiment/observation.ts';
import { EnvoyAdmin } from '../../../envoy/admin.ts';
import { Sampler } from '../../../lab/watch/sampler.ts';
import {
  recorded,
  recordedAdmin,
  recordedEvents,
  recordedLines,
  recordedPods,
} from './recorded.ts';

const SERVICE = 'outbound|80||pyserver.cb-fail-fast.svc.cluster.local';

/** What a run's sampler makes of one proxy. */
async function sampledFrom(admin: EnvoyAdmin, role: Role): Promise<Proxy[]> {
  const outlierEvents = (): Promise<never[]> => Promise.resolve([]);
  const proxy = { pod: 'recorded', role, concurrency: 2, admin, outlierEvents };
  const sampler = new Sampler([proxy], (address) => address);
  await sampler.start();
  return sampler.finish(0);
}

describe('the admin interface of an injected sidecar', () => {
  it('has hosts at pipes among its clusters', async () => {
    const clusters = await recordedAdmin('fail-fast/pyclient').clusters();
    const addresses = new Map(clusters.map(({ name, hosts }) => [name, hosts[0]?.address]));
    expect(addresses.get('xds-grpc')).toBe('./etc/istio/proxy/XDS');
    expect(addresses.get('sds-grpc')).toBe('./var/run/secrets/workload-spiffe-uds/socket');
    expect(addresses.get(SERVICE)).toBe('10.244.0.165:5000');
  });

  it('says the limits and the figures of every cluster', async () => {
    const clusters = await recordedAdmin('fail-fast/pyclient').clusters();
    expect(clusters.find(({ name }) => name === SERVICE)).toEqual({
      name: SERVICE,
      thresholds: {
        max_connections: 5,
        max_pending_requests: 1,
        max_requests: UNLIMITED,
        max_retries: UNLIMITED,
      },
      hosts: [
        {
          address: '10.244.0.165:5000',
          ejected: false,
          stats: expect.objectContaining({ cx_active: 5, cx_total: 5 }) as unknown,
        },
      ],
    });
  });

  it('has listeners, each at a port', async () => {
    const listeners = await recordedAdmin('fail-fast/pyclient').listeners();
    expect(listeners).toHaveLength(14);
    expect(listeners).toContainEqual({ name: 'virtualOutbound', port: 15_001 });
  });

  it.each([
    ['fail-fast/pyclient', 'client', [SERVICE]],
    [
      'bad-server-gateway/istio-ingressgateway',
      'gateway',
      [
        'outbound|80|v1|pyserver.cb-bsg.svc.cluster.local',
        'outbound|80|v2|pyserver.cb-bsg.svc.cluster.local',
        'outbound|80||pyserver.cb-bsg.svc.cluster.local',
      ],
    ],
  ] as const)('%s has no clusters in use but those of services', async (file, role, wanted) => {
    const [sampled] = await sampledFrom(recordedAdmin(file), role);
    expect(sampled?.clusters.map(({ name }) => name).sort()).toEqual([...wanted].sort());
    expect(sampled?.clusters.some(({ after }) => (after['upstream_rq_total'] ?? 0) > 0)).toBe(true);
  });

  it('is sampled from then on where its pod comes later than the run', async () => {
    const sampler = new Sampler([], (address) => address);
    await sampler.start();
    await sampler.add([
      {
        ...{ pod: 'later', role: 'client', concurrency: 2 },
        admin: recordedAdmin('fail-fast/pyclient'),
        outlierEvents: () => Promise.resolve([]),
      },
    ]);
    expect(sampler.limitsOf('later', SERVICE)?.max_connections).toBe(5);
    const [sampled] = await sampler.finish(0);
    const used = sampled?.clusters.find(({ name }) => name === SERVICE);
    expect(sampled?.pod).toBe('later');
    expect(used?.before['upstream_rq_total']).toBeGreaterThan(0);
    expect(used?.after).toEqual(used?.before);
  });

  it('has clusters in use although a stock gateway keeps no statistics of them', async () => {
    const admin = new EnvoyAdmin((path) =>
      Promise.resolve(
        path.startsWith('/stats')
          ? { status: 200, body: '{"stats":[]}' }
          : {
              status: 200,
              body: recorded('bad-server-gateway/istio-ingressgateway.clusters.json'),
            },
      ),
    );
    const [sampled] = await sampledFrom(admin, 'gateway');
    expect(sampled?.clusters.map(({ after }) => after)).toEqual([{}, {}, {}]);
  });
});

describe('a pod with an injected sidecar', () => {
  const pods = recordedPods('fail-fast/pods.json');

  it('has its proxy among the init containers, and is ready', () => {
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      expect(pod.spec?.containers.map(({ name }) => name)).not.toContain('istio-proxy');
      expect(hasProxy(pod)).toBe(true);
      expect(whyNotReady(pod)).toBeUndefined();
      expect(whatBroke(pod, pod)).toEqual([]);
      expect(istioOfImage(pod)).toBe('1.30.3');
    }
  });

  it('tells of a restart of its proxy', () => {
    const [before] = pods;
    if (before === undefined) throw new Error('no pod was recorded');
    const after = structuredClone(before);
    for (const status of after.status?.initContainerStatuses ?? []) {
      if (status.name === 'istio-proxy') status.restartCount += 1;
    }
    expect(whatBroke(before, after)).toEqual([
      expect.stringMatching(/: container istio-proxy restarted/),
    ]);
  });

  it('or is a gateway, which is nothing but a proxy', () => {
    const [gateway] = recordedPods('bad-server-gateway/istio-ingressgateway.pod.json');
    expect(gateway && hasProxy(gateway)).toBe(true);
    expect(gateway && whyNotReady(gateway)).toBeUndefined();
  });
});

describe('what clients and proxies logged', () => {
  /** The requests of a recording, joined with its access logs. */
  function requests(
    recording: string,
    proxies: Readonly<Record<string, Role>>,
    changed = (line: string): string => line,
  ) {
    const logs = Object.entries(proxies).flatMap(([pod, role]) =>
      recordedLines(`${recording}/${pod}.access.log`).map((line) => {
        const entry = parseAccessLog(changed(line));
        if (entry === undefined) throw new Error(`not read: ${line}`);
        return { pod, role, entry };
      }),
    );
    const responses = recordedEvents(`${recording}/pyclient.client.log`).flatMap((event) =>
      event.event === 'response' ? [{ ...event, batch: 0 }] : [],
    );
    return requestsOf({
      ...{ startedAt: 0, batches: 1, warmsUp: false, responses, logs },
      podAt: (address) => address,
      limitsOf: () => ({
        max_connections: 5,
        max_pending_requests: 1,
        max_requests: UNLIMITED,
        max_retries: UNLIMITED,
      }),
    });
  }

  function outcomes(of: ReturnType<typeof requests>): Record<string, number> {
    const causes = of.map(({ status, refusedBy }) => `${status} ${refusedBy ?? ''}`.trim());
    return Object.fromEntries(
      [...Map.groupBy(causes, (one) => one)].map(([cause, all]) => [cause, all.length]),
    );
  }

  it('is attributed to the last request, from logs of text', () => {
    const joined = requests('fail-fast', { pyclient: 'client', pyserver: 'server' });
    expect(outcomes(joined)).toEqual({ '200': 6, '503 client-proxy/pending': 4 });
    expect(joined.filter(({ attempts }) => attempts > 0)).toHaveLength(6);
  });

  it('is attributed to the last request, from logs of JSON', () => {
    const joined = requests('json-access-log', { pyclient: 'client', pyserver: 'server' });
    expect(joined).toHaveLength(10);
    expect(outcomes(joined)).toEqual({
      '503 client-proxy/pending': 9,
      '503 server-proxy/pending': 1,
    });
  });

  it('reads the same in both encodings', () => {
    const lines = recordedLines('json-access-log/pyclient.access.log');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const values = JSON.parse(line) as Record<string, string | number | null>;
      const asText = Object.entries(ISTIO_ACCESS_LOG_JSON_FORMAT).reduce<string>(
        (written, [field, operator]) =>
          written.replace(operator, () => String(values[field] ?? '-')),
        ISTIO_ACCESS_LOG_FORMAT,
      );
      expect(parseAccessLog(line)).toBeDefined();
      expect(parseAccessLog(line)).toEqual(parseAccessLog(asText.trimEnd()));
    }
  });

  const BEHIND_GATEWAY = {
    'istio-ingressgateway': 'gateway',
    'pyserver-v1': 'server',
    'pyserver-v2': 'server',
  } as const;

  it('is attributed behind a stock gateway, which gives requests ids of its own', () => {
    const own = new Map<string, string>();
    const stock = (line: string): string =>
      line.replace(/"-" "([0-9a-f-]{36})"/, (_, id: string) => {
        const replaced = own.get(id) ?? randomUUID();
        own.set(id, replaced);
        return `"circuit-lab/${id}" "${replaced}"`;
      });
    const joined = requests('bad-server-gateway', BEHIND_GATEWAY, stock);
    expect(own.size).toBe(20);
    expect(joined).toEqual(requests('bad-server-gateway', BEHIND_GATEWAY));
  });

  it('is attributed at a gateway, where the ejected and the healthy are told apart', () => {
    const joined = requests('bad-server-gateway', BEHIND_GATEWAY);
    expect(joined).toHaveLength(20);
    expect(joined.filter(({ refusedBy }) => refusedBy === 'unknown')).toEqual([]);
    expect(joined.every(({ flags }) => flags.client !== null)).toBe(true);
  });

  it('bears ids that differ in one character where a request is traced', () => {
    const traced = recordedLines('fail-fast/pyclient.access.log').flatMap(
      (line) => parseAccessLog(line)?.requestId ?? [],
    );
    const sent = recordedEvents('fail-fast/pyclient.client.log').flatMap((event) =>
      event.event === 'response' ? [requestKey(event.id)] : [],
    );
    expect(new Set(traced.map(requestKey))).toEqual(new Set(sent));
  });
});
