import { message, positive } from '../../envoy/proto.ts';
import type { FractionalPercent } from '../../envoy/routeMessages.ts';

/** A share of requests: Istio's percentage with a fraction, or its older whole number. */
export type Share = { readonly value?: number | undefined } | { readonly whole: number };

export function percentage(share: Share): FractionalPercent {
  if ('whole' in share) return message({ numerator: positive(share.whole) });
  const numerator = positive(Math.trunc((share.value ?? 0) * 10_000));
  return message({ numerator, denominator: 'MILLION' });
}
