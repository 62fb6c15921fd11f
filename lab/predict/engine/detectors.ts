/** What makes an endpoint an outlier: Envoy's detectors, and those that compare rates over an interval. */
import type { Outlier } from '../model.ts';
import type { Host } from './state.ts';

/** Why an endpoint is to be ejected: Envoy's names, in the order of their codes. */
export const DETECTORS = [
  'consecutive_5xx',
  'consecutive_gateway_failure',
  'consecutive_local_origin_failure',
  'success_rate',
  'failure_percentage',
] as const;
export const CONSECUTIVE_5XX = 0;
export const CONSECUTIVE_GATEWAY = 1;
export const CONSECUTIVE_LOCAL = 2;
const SUCCESS_RATE = 3;
const FAILURE_PERCENTAGE = 4;

/** Of these endpoints, those whose rates are out of line, each with its detector. */
export function outOfLine(
  own: readonly Host[],
  { successRate, failurePercentage }: Outlier,
): [host: Host, detector: number][] {
  const rateOf = ({ successes, requests }: Host): number =>
    (100 * successes) / Math.max(1, requests);
  const busy = (volume: number): Host[] =>
    own.filter(({ requests, isEjected }) => requests >= volume && !isEjected);
  const outliers: [host: Host, detector: number][] = [];
  if (successRate !== null) {
    const some = busy(successRate.requestVolume);
    if (some.length > 0 && some.length >= successRate.minimumHosts) {
      const mean = some.reduce((sum, host) => sum + rateOf(host), 0) / some.length;
      const variance =
        some.reduce((sum, host) => sum + (rateOf(host) - mean) ** 2, 0) / some.length;
      const least = mean - successRate.stdevFactor * Math.sqrt(variance);
      for (const host of some) if (rateOf(host) < least) outliers.push([host, SUCCESS_RATE]);
    }
  }
  if (failurePercentage !== null) {
    const some = busy(failurePercentage.requestVolume);
    if (some.length > 0 && some.length >= failurePercentage.minimumHosts) {
      for (const host of some) {
        if (100 - rateOf(host) >= failurePercentage.threshold) {
          outliers.push([host, FAILURE_PERCENTAGE]);
        }
      }
    }
  }
  return outliers;
}

export function mostOf({ maxEjectionMs, baseEjectionMs }: Outlier): number {
  return Math.max(maxEjectionMs, baseEjectionMs);
}

export function enforcingOf(settings: Outlier, detector: number): number {
  switch (detector) {
    case CONSECUTIVE_5XX:
      return settings.enforcing5xx;
    case CONSECUTIVE_GATEWAY:
      return settings.enforcingGateway;
    case CONSECUTIVE_LOCAL:
      return settings.enforcingLocal;
    case SUCCESS_RATE:
      return settings.successRate?.enforcing ?? 0;
    default:
      return settings.failurePercentage?.enforcing ?? 0;
  }
}
