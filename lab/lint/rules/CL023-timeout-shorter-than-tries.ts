import { durationMs, formatDuration } from '../../../istio/duration.ts';
import { HOST, virtualService } from '../manifests.ts';
import { placeIn, type WrittenRoute } from '../routes.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_TIMEOUTS, ISTIO_RETRY, shownBy } from '../sources.ts';

const TRIED = {
  route: [{ destination: { host: HOST } }],
  retries: { attempts: 3, perTryTimeout: '200ms', retryOn: '5xx' },
};

export const rule: Rule = {
  id: 'CL023',
  name: 'timeout-shorter-than-tries',
  severity: 'warning',
  title: "A route's timeout is shorter than its tries together",
  reason:
    'The timeout of a route is for all tries and the pauses between them. Tries that do not fit into it are never made, ' +
    'or cut short.',
  fix: 'make the timeout (attempts + 1) x perTryTimeout and a little more, or the tries fewer or shorter',
  sources: [ISTIO_RETRY, ENVOY_TIMEOUTS, shownBy('this experiment')],
  find: ({ routes }) => routes.all.flatMap(inRoute),
  experiment: {
    common: { load: 'paced(2/s, requests=4)', behaviour: { '*': '600ms' } },
    bad: {
      shows: 'one of three retries is begun',
      objects: [virtualService([{ ...TRIED, timeout: '300ms' }])],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [1, 6] }],
    },
    good: {
      shows: 'all three are made',
      objects: [virtualService([{ ...TRIED, timeout: '2s' }])],
      expect: [{ name: 'retries', statistic: 'upstream_rq_retry', of: 'client', total: [10, 12] }],
    },
  },
};

function inRoute({ source, http, path }: WrittenRoute): Hit[] {
  const { timeout, retries } = http;
  const { attempts = 0, perTryTimeout } = retries ?? {};
  if (timeout === undefined || perTryTimeout === undefined || attempts === 0) return [];
  const [whole, one] = [durationMs(timeout), durationMs(perTryTimeout)];
  const needed = (attempts + 1) * one;
  if (whole >= needed) return [];
  const fit = Math.floor(whole / one);
  return [
    {
      at: placeIn(source, [...path, 'timeout']),
      sentence:
        `timeout ${timeout} is for all tries: of ${attempts + 1} of up to ${perTryTimeout} each ` +
        (fit === 0 ? 'not one fits' : `${fit} ${fit === 1 ? 'fits' : 'fit'}`),
      fix: `set the timeout to more than ${formatDuration(needed)}, or make fewer or shorter tries`,
    },
  ];
}
