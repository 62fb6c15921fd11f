import { clusterName, type Cluster, within } from '../clusters.ts';
import { HOST, policy, virtualService } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_BUDGET, shownBy } from '../sources.ts';

const RETRIED = virtualService([
  { route: [{ destination: { host: HOST } }], retries: { attempts: 1, retryOn: '503' } },
]);

export const rule: Rule = {
  id: 'CL015',
  name: 'budget-of-a-fraction',
  severity: 'error',
  title: 'A retry budget of less than one percent: percent is out of 100',
  reason:
    'percent 0.2 is two retries for a thousand requests, not for ten. Below one request of budget only ' +
    'minRetryConcurrency retries may be under way, 3 unless set.',
  fix: 'write percents: 20 for a fifth',
  sources: [ISTIO_BUDGET, shownBy("the case retry-budget of this project's istiod")],
  find: ({ clusters }) => clusters.flatMap(inCluster),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'closed(40, requests=1000)',
      behaviour: {
        '*': { serviceTime: 'uniform(20ms, 80ms)', errors: [{ share: 0.06, status: 503 }] },
      },
    },
    bad: {
      shows: 'retries are forbidden',
      objects: [policy({ retryBudget: { percent: 0.2, minRetryConcurrency: 1 } }), RETRIED],
      expect: [
        {
          name: 'forbidden',
          statistic: 'upstream_rq_retry_overflow',
          of: 'client',
          total: [14, 90],
        },
      ],
    },
    good: {
      shows: 'hardly any is',
      objects: [policy({ retryBudget: { percent: 20, minRetryConcurrency: 1 } }), RETRIED],
      expect: [
        {
          name: 'forbidden',
          statistic: 'upstream_rq_retry_overflow',
          of: 'client',
          total: [0, 13],
        },
      ],
    },
  },
};

function inCluster(cluster: Cluster): Hit[] {
  const { budget } = cluster;
  const percent = budget?.value.percent;
  if (budget === undefined || percent === undefined || percent <= 0 || percent >= 1) return [];
  const at = within(budget, 'percent');
  const meant = Number((100 * percent).toFixed(6));
  return [
    {
      at,
      sentence: `percent ${percent} lets ${percent} % of the requests to ${clusterName(cluster)} be retries, not ${meant} %`,
      fix: `write ${meant} for ${meant} %`,
      edits: [{ set: at.path, to: meant }],
    },
  ];
}
