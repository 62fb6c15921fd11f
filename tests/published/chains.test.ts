/** Chains of services that others have published: without their files, these tests are skipped. */
import { expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { describePublished, observed, published } from './published.ts';

/** A breaker of our own for one of their services. */
function breaker(host: string): string {
  const file = join(temporaryFolder(), 'breaker.yaml');
  const spec = `host: ${host}
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}`;
  writeFileSync(
    file,
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: own}\nspec:\n  ${spec}\n`,
  );
  return file;
}

describePublished('of the files in ../shared/yaml', () => {
  it('bookinfo runs by two lines, and ratings is refused by the proxies of those that call it', async () => {
    const { requests, faults, explanation } = await observed(
      [...published('bookinfo', 'bookinfo.yaml'), breaker('ratings')],
      [
        ...[
          '--load',
          'batch(10, every=2s, url=http://productpage:9080/productpage)',
          '--batches',
          '2',
        ],
        ...['--behaviour', '*=5ms', '--behaviour', 'ratings-v1=300ms'],
      ],
    );
    expect(faults).toEqual([]);
    expect(requests).toHaveLength(20);
    expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200]));
    const survived = requests.flatMap(({ survived: some = [] }) => some);
    expect(survived.length).toBeGreaterThan(0);
    for (const { caller, called } of survived) {
      expect(caller).toMatch(/^reviews-v[23]$/);
      expect(called).toBe('ratings');
    }
    expect(explanation.join('\n')).toMatch(
      /calls? of reviews-v\d to ratings failed by the breaker of/,
    );
  });

  it('recommendation is refused by the proxy of preference, whose breaker is full', async () => {
    const of = (...files: string[]): string[] => published('recommendation', ...files);
    const files = of(
      ...['customer-deployment.yml', 'customer-service.yml'],
      ...['preference-deployment.yml', 'preference-service.yml'],
      ...['recommendation-deployment.yml', 'recommendation-service.yml'],
      ...['recommendation-v2-timeout-deployment.yml'],
      'destination-rule-recommendation_cb_policy_version_v2.yml',
    );
    const { requests, faults, explanation } = await observed(files, [
      ...['--load', 'closed(20, requests=40, url=http://customer:8080/)', '--time-scale', '0.1'],
    ]);
    expect(faults).toEqual([]);
    const refused = requests.filter(({ hop }) => hop !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, hop } of refused) {
      expect(status).toBe(503);
      expect(hop).toEqual({ caller: 'preference-v1', called: 'recommendation' });
    }
    expect(explanation.join('\n')).toMatch(
      /of 40 requests were refused by the breaker of preference-v1's proxy for recommendation/,
    );
  });
});
