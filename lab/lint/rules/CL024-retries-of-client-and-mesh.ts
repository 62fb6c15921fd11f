import { destinationRule, HOST, virtualService } from '../manifests.ts';
import type { LintMesh } from '../lintMesh.ts';
import { retriesAnswers } from '../retrying.ts';
import { placeIn, type WrittenRoute } from '../routes.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_RETRY, shownBy } from '../sources.ts';
import { callerName } from '../words.ts';

const FRONT = destinationRule('front', { host: 'front' });

function tried(attempts: number): ReturnType<typeof virtualService> {
  return virtualService([
    { route: [{ destination: { host: HOST } }], retries: { attempts, retryOn: '5xx' } },
  ]);
}

const CALLED = { of: 'server', cluster: `||${HOST}.` } as const;

export const rule: Rule = {
  id: 'CL024',
  name: 'retries-of-client-and-mesh',
  severity: 'warning',
  title: "The caller's own tries and the mesh's multiply",
  reason:
    'The proxy tries again before it answers, and the caller, which sees one failure, tries again after that: ' +
    'three tries of three are nine requests.',
  fix: 'let one of them retry: attempts 0 in the VirtualService, or one try in the caller',
  sources: [ISTIO_RETRY, shownBy('this experiment')],
  find: (lint) => lint.routes.all.flatMap((route) => inRoute(lint, route)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(5/s, requests=6, url=http://front/)',
      behaviour: {
        front: { serviceTime: '1ms', calls: [{ to: HOST, attempts: 3 }] },
        server: { serviceTime: '1ms', errors: [{}] },
      },
    },
    bad: {
      shows: 'nine requests to a server that fails, for each of six',
      objects: [FRONT, destinationRule(HOST, { host: HOST }), tried(2)],
      expect: [{ name: 'requests', statistic: 'upstream_rq_total', ...CALLED, total: [50, 54] }],
    },
    good: {
      shows: 'three',
      objects: [FRONT, destinationRule(HOST, { host: HOST }), tried(0)],
      expect: [{ name: 'requests', statistic: 'upstream_rq_total', ...CALLED, total: [16, 18] }],
    },
  },
};

function inRoute({ callers }: LintMesh, route: WrittenRoute): Hit[] {
  const { source, http, path, destinations, atMesh } = route;
  const { retries } = http;
  const { attempts = 0 } = retries ?? {};
  if (!atMesh || retries === undefined || attempts === 0 || !retriesAnswers(retries)) return [];
  for (const { service } of destinations) {
    const caller = service && callers.of(service).find((one) => one.attempts > 1);
    if (service === undefined || caller === undefined) continue;
    return [
      {
        at: placeIn(source, [...path, 'retries']),
        sentence:
          `tries up to ${attempts + 1} times, and ${callerName(caller)} tries ${caller.attempts} times by itself: ${service.name} gets up to ` +
          `${(attempts + 1) * caller.attempts} requests for one when it fails`,
      },
    ];
  }
  return [];
}
