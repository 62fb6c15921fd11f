/** Istio's task "Circuit Breaking", its files unmodified: without them, these tests are skipped. */
import { expect, it } from 'vitest';
import { describePublished, observed, published } from './published.ts';

const FILES = published(
  'istio-task',
  'httpbin.yaml',
  'destination-rule.yaml',
  'fortio-deploy.yaml',
);

describePublished('of the files in ../shared/yaml', () => {
  it.each([2, 3])(
    'fortio -c %s: whatever is not refused waits for a connection',
    async (workers) => {
      const sent = 10 * workers;
      const { requests, faults, proxies } = await observed(FILES, [
        ...['--load', `fortio load -c ${workers} -qps 0 -n ${sent} http://httpbin:8000/get`],
      ]);
      expect(faults).toEqual([]);
      expect(requests).toHaveLength(sent);
      const by = (reason: string | null): number =>
        requests.filter(({ refusedBy }) => refusedBy === reason).length;
      const full = by('client-proxy/pending');
      const ejected = by('no-healthy-upstream');

      // A connection carries one request, so each waits for its own: Envoy's counters make up the calls.
      const after = proxies
        .filter(({ role }) => role === 'client')
        .flatMap(({ clusters }) => clusters)
        .find(({ name }) => name.startsWith('outbound|8000||httpbin.'))?.after;
      expect(after?.['upstream_rq_pending_overflow']).toBe(full);
      expect(after?.['upstream_rq_pending_total']).toBe(sent - full - ejected);

      // consecutive5xxErrors is 1: only the server's proxy can have given the answer that ejects.
      expect(ejected > 0 && by('server-proxy/pending') === 0).toBe(false);
      expect(by(null) + full + ejected + by('server-proxy/pending')).toBe(sent);
      // Of three workers, one is served and one waits. Two need not meet at all.
      if (workers === 3) expect(full + ejected).toBeGreaterThan(0);
      expect(by(null)).toBeGreaterThan(0);
    },
  );
});
