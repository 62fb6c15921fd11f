/** What is said of a field that Istio knows and no schema here models. */
import type { LeftOut } from '../../experiment/leftOut.ts';

type Words = Pick<LeftOut, 'sentence' | 'mayChangeOutcomes'>;

const DEFAULT: Words = {
  sentence: 'is not modelled here: all goes as if it were not there',
  mayChangeOutcomes: true,
};

/** By how a field's path ends, lists without their numbers. */
const ENDINGS: Readonly<Record<string, Words>> = {
  'outlierDetection.consecutiveErrors': harmless(
    'is deprecated, and Istio itself does not act on it any more',
  ),
  'consistentHash.httpCookie.attributes': harmless(
    'is left out: a cookie sends a client to its endpoint without them',
  ),
  subjectAltNames: harmless('TLS is left out; whose certificate it is is not looked at'),
  network: harmless('is left out: here is one network'),
  statPrefix: harmless('is left out: it names statistics, and nothing else'),
  'fault.abort.http2Error': harmless('Istio itself does not do it: no request is aborted for it'),
  'fault.delay.exponentialDelay': harmless('Istio itself does not do it: no request waits for it'),
  'match.sourceSubnet': harmless('Istio itself does not act on it'),
  metrics: harmless('is left out: Envoy counts what it counts'),
  tracing: harmless('is left out: no span is made'),
  'accessLogging.match': harmless('is left out: client and server log alike'),
};

/** Within `tls` of a DestinationRule: proxies here talk plain text. */
const TLS = harmless('TLS is left out; proxies talk plain text to each other');

const SNI: Words = {
  sentence:
    'is left out: such routes are for clients that speak TLS and say whom they want (SNI); those here ' +
    'speak plain text',
  mayChangeOutcomes: true,
};

/** @param field its path, such as `spec.http.0.corsPolicy` */
export function unmodelled(kind: string, field: string): Words {
  const path = field.replaceAll(/\.\d+(?=\.|$)/g, '');
  if (kind === 'DestinationRule' && path.includes('.tls.')) return TLS;
  if (kind === 'VirtualService' && path === 'spec.tls') return SNI;
  const ending = Object.keys(ENDINGS).find((one) => path.endsWith(`.${one}`));
  return ENDINGS[ending ?? ''] ?? DEFAULT;
}

function harmless(sentence: string): Words {
  return { sentence, mayChangeOutcomes: false };
}
