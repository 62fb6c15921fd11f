/** The services of Istio's sample Bookinfo: productpage calls details and reviews, those call ratings. */
import type { Behaviour } from '../../../experiment/behaviour.ts';
import type { ImageFamily } from './image.ts';

const IMAGE = /^examples-bookinfo-(productpage|details|reviews|ratings)-(v\d)/;

/** Their own patience with what they call (productpage.py, LibertyRestEndpoint.java). */
const REVIEWS_OF_PRODUCTPAGE = { to: 'reviews:9080', requestBytes: 0, attempts: 2, timeout: '3s' };
const DETAILS_OF_PRODUCTPAGE = { to: 'details:9080', requestBytes: 0, attempts: 1, timeout: '3s' };
const RATINGS_TIMEOUT: Readonly<Record<string, string>> = { v2: '10s', v3: '2.5s' };

export const bookinfo: ImageFamily = {
  isMeant: (name) => IMAGE.test(name),
  understand: (name) => {
    const [, service = '', version = ''] = IMAGE.exec(name) ?? [];
    const calls = callsOf(service, version);
    const behaviour: Behaviour = {
      serviceTime: '0s',
      ...(calls.length > 0 && { calls, callErrorStatus: 200 }),
    };
    const called = calls.map((call) => (typeof call === 'string' ? call : call.to).split(':')[0]);
    const said =
      calls.length === 0
        ? 'answers 200 at once'
        : `calls ${called.join(' and ')}, and answers 200 at once, whether they did or not`;
    return { app: 'server', behaviour, said: `is ${service} of Bookinfo: ${said}` };
  },
};

function callsOf(service: string, version: string): NonNullable<Behaviour['calls']> {
  if (service === 'productpage') return [DETAILS_OF_PRODUCTPAGE, REVIEWS_OF_PRODUCTPAGE];
  const timeout = service === 'reviews' ? RATINGS_TIMEOUT[version] : undefined;
  return timeout === undefined
    ? []
    : [{ to: 'ratings:9080', requestBytes: 0, attempts: 1, timeout }];
}
