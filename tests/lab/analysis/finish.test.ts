import { describe, expect, it } from 'vitest';
import { experiment } from '../../../experiment/experiment.ts';
import { finish, type RunFacts } from '../../../lab/analysis/finish.ts';
import { proxy, request } from './logged.ts';

const facts: RunFacts = {
  source: 'cluster',
  startedAt: '2026-11-22T14:10:20.558Z',
  versions: { envoy: null, istio: null },
  digest: 'a1b2c3',
  timeScale: 1,
  experiment: experiment.parse({
    stack: 'mine',
    serviceTime: '5s',
    load: 'closed',
    expect: [{ name: 'answered', status: 200, count: [2, 2] }],
  }),
  batches: 1,
  requests: [request(), request({ endedMs: 7000.4 })],
};

describe('an observation', () => {
  it('follows from the facts: how long it took, the proxies in the order of the way', () => {
    const [server, client, gateway] = (['server', 'client', 'gateway'] as const).map((role) =>
      proxy({ pod: `a-${role}`, role }),
    );
    const proxies = [server, client, gateway].filter((one) => one !== undefined);
    const observation = finish({ ...facts, proxies });
    expect(observation).toMatchObject({ stack: 'mine', durationMs: 7000, faults: [], leftOut: [] });
    expect(observation.proxies).toEqual([client, gateway, server]);
    expect(observation.verdict.outcome).toBe('holds');
  });

  it('is left open by what could not be seen, and says so among what is left out', () => {
    const mTls = {
      object: 'PeerAuthentication shop/p',
      sentence: 'mTLS',
      mayChangeOutcomes: false,
    };
    const { verdict, leftOut } = finish({ ...facts, leftOut: [mTls], unseen: ['no log'] });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', because: 'no log' });
    expect(leftOut).toEqual([mTls, { sentence: 'no log', mayChangeOutcomes: false }]);
  });

  it('is left open by what was missed only where something does not hold', () => {
    const missed = ['the first requests'];
    expect(finish({ ...facts, missed }).verdict.outcome).toBe('holds');
    const { verdict } = finish({ ...facts, requests: [request()], missed });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', because: missed[0] });
  });
});
