import { inboundPolicy, inboundPorts } from '../../istiod/inbound.ts';
import type { Service } from '../../mesh/model.ts';
import type { LintMesh } from '../lintMesh.ts';
import { HOST, policy, pool, senders, served, virtualService } from '../manifests.ts';
import { retriesRefusals } from '../retrying.ts';
import { placeIn, type WrittenRoute } from '../routes.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_ROUTER, ISTIO_RETRY, shownBy } from '../sources.ts';
import { isLimited, limitsOf, limitTexts, list } from '../words.ts';

const MESH = [...served(1, '200ms'), senders(3, 4, '1s'), policy(pool(1, 1))];
const ROUTE = [{ destination: { host: HOST } }];

export const rule: Rule = {
  id: 'CL014',
  name: 'retries-of-refusals',
  severity: 'warning',
  title: "Retries send again what the server's full proxy refused",
  reason:
    "A limit of a whole service holds in the server's proxy once more, which answers 503 when it is full. To the " +
    "client's proxy that is an answer like any other: with 503 among what is retried, it knocks again at once.",
  fix: 'leave 503, 5xx and gateway-error out of retryOn, or give the retries a budget',
  sources: [ENVOY_ROUTER, ISTIO_RETRY, shownBy('the stack three-clients-one-server')],
  find: (lint) => lint.routes.all.flatMap((route) => inRoute(lint, route)),
  experiment: {
    common: { batches: 4 },
    bad: {
      shows: 'what the server refused is sent again',
      objects: [
        ...MESH,
        virtualService([{ route: ROUTE, retries: { attempts: 2, retryOn: '503' } }]),
      ],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [1, 500] }],
    },
    good: {
      shows: 'nothing is',
      objects: [
        ...MESH,
        virtualService([{ route: ROUTE, retries: { attempts: 2, retryOn: 'connect-failure' } }]),
      ],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [0, 0] }],
    },
  },
};

function inRoute(lint: LintMesh, { source, http, path, destinations }: WrittenRoute): Hit[] {
  const { retries } = http;
  if (retries?.attempts === undefined || retries.attempts === 0 || !retriesRefusals(retries)) {
    return [];
  }
  for (const { service, destination } of destinations) {
    const limits = service && limitsAtServer(lint, service);
    const isBudgeted =
      service && lint.clustersAt(service, destination.subset).some(({ budget }) => budget);
    if (service === undefined || limits === undefined || isBudgeted) continue;
    return [
      {
        at: placeIn(source, [...path, 'retries', 'retryOn']),
        sentence:
          `retries ${retries.retryOn ?? ''}, which the proxy of a server of ${service.name} answers when it is full ` +
          `(${list(limits)}): what is refused is sent up to ${retries.attempts} ${retries.attempts === 1 ? 'time' : 'times'} more`,
      },
    ];
  }
  return [];
}

/** The limits by which a server's own proxy refuses; undefined where it refuses nothing. */
function limitsAtServer({ mesh }: LintMesh, service: Service): string[] | undefined {
  const pod = service.endpoints.find((one) => one.pod?.proxy === 'sidecar')?.pod;
  if (pod === undefined) return undefined;
  for (const port of inboundPorts({ ...mesh, services: [service] }, pod)) {
    const { connectionPool } = inboundPolicy(mesh, pod, port).policy;
    const { pending, requests } = limitsOf(connectionPool);
    if (isLimited(pending) || isLimited(requests)) return limitTexts(connectionPool);
  }
  return undefined;
}
