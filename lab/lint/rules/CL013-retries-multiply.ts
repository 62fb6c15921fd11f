import { HOST, virtualService } from '../manifests.ts';
import type { LintMesh } from '../lintMesh.ts';
import { retriesAnswers } from '../retrying.ts';
import { placeIn, type WrittenRoute } from '../routes.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_ROUTER, ISTIO_BUDGET, ISTIO_RETRY, shownBy } from '../sources.ts';
import { isLimited, limitOf } from '../words.ts';

/** Istio itself retries twice: more than that is somebody's choice. */
const MANY = 3;

const ROUTE = [{ destination: { host: HOST } }];

export const rule: Rule = {
  id: 'CL013',
  name: 'retries-multiply',
  severity: 'warning',
  title: 'Retries multiply the load on a service that fails',
  reason:
    'Each answer that is retried is another request to the same service. Where it fails for its load, ' +
    'retries keep it down. A retry budget, maxRetries and an ejection each bound them.',
  fix: 'give the host a retryBudget or maxRetries, an outlierDetection, or fewer attempts',
  sources: [ISTIO_RETRY, ENVOY_ROUTER, ISTIO_BUDGET, shownBy("the first seed's bad.yml")],
  find: (lint) => lint.routes.all.flatMap((route) => inRoute(lint, route)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(10/s, requests=20)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{}] } },
    },
    bad: {
      shows: 'a service that fails gets four times as many requests',
      objects: [virtualService([{ route: ROUTE, retries: { attempts: 3, retryOn: '5xx' } }])],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [50, 60] }],
    },
    good: {
      shows: 'with one attempt more, twice as many',
      objects: [virtualService([{ route: ROUTE, retries: { attempts: 1, retryOn: '5xx' } }])],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [10, 20] }],
    },
  },
};

function inRoute(lint: LintMesh, { source, http, path, destinations }: WrittenRoute): Hit[] {
  const { retries } = http;
  const { attempts = 0 } = retries ?? {};
  if (retries === undefined || attempts < MANY || !retriesAnswers(retries)) return [];
  const unbound = destinations.find(
    ({ service, destination }) =>
      service !== undefined &&
      !lint
        .clustersAt(service, destination.subset)
        .some(
          ({ pool, outlier, budget }) =>
            isLimited(limitOf(pool?.value.http?.maxRetries)) ||
            outlier !== undefined ||
            budget !== undefined,
        ),
  );
  if (unbound?.service === undefined) return [];
  return [
    {
      at: placeIn(source, [...path, 'retries']),
      sentence:
        `tries up to ${attempts + 1} times on ${retries.retryOn ?? ''}, and nothing bounds it: ${unbound.service.name} gets up to ` +
        `${attempts + 1} times its load when it fails`,
    },
  ];
}
