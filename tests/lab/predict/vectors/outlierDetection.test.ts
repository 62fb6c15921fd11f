/** The simulated outlier detection ejects and readmits as Envoy's own tests ask of Envoy's. */
import { describe, expect, it } from 'vitest';
import type { Counter } from '../../../../envoy/statistics.ts';
import { EVENT } from '../../../../lab/predict/engine/clock.ts';
import { Simulator } from '../../../../lab/predict/engine/simulate.ts';
import type { Host } from '../../../../lab/predict/engine/state.ts';
import type { Outlier } from '../../../../lab/predict/model.ts';
import { smallModel } from './model.ts';
import type { Answer, DetectionVector, Step } from './detectionScript.ts';
import { DETECTION_VECTORS } from './outlierDetection.ts';

describe('Envoy’s tests of its outlier detection', () => {
  it.each(DETECTION_VECTORS)('$restates: $fact', ({ hosts, detection, script, counters = {} }) => {
    const simulator = new Simulator(
      smallModel({ hosts, cluster: { outlier: detection && outlierOf(detection) } }),
    );
    simulator.draws.begin(1);
    simulator.clock.reset();
    simulator.outliers.reset();
    for (const step of script) take(simulator, hosts, step);
    const counted = (name: Counter): number => simulator.clusters.at(0).counters[name];
    const { enforced, overflow } = counters;
    if (enforced !== undefined) {
      expect(counted('outlier_detection.ejections_enforced_total')).toBe(enforced);
    }
    if (overflow !== undefined) {
      expect(counted('outlier_detection.ejections_overflow')).toBe(overflow);
    }
  });
});

function take(simulator: Simulator, hosts: number, step: Step): void {
  if ('ejected' in step) {
    const all = Array.from({ length: hosts }, (_, host) => host);
    expect(all.filter((host) => hostOf(simulator, host).isEjected)).toEqual(step.ejected);
    return;
  }
  simulator.clock.now = step.atMs;
  if ('sweep' in step) simulator.outliers.sweep(0);
  else {
    for (const [times, answer] of step.answers) {
      for (let count = 0; count < times; count += 1) give(simulator, step.host, answer);
    }
  }
  simulator.clock.now = step.atMs;
}

function give(simulator: Simulator, index: number, answer: Answer): void {
  const { outliers, clock } = simulator;
  const atMs = clock.now;
  const host = hostOf(simulator, index);
  if (typeof answer === 'number') outliers.answered(host, answer);
  else outliers.failedLocally(host, answer === 'timeout');
  // The main thread has its turn; the sweeps that it has set up for itself are the script's to order.
  while (clock.next()) if (clock.code === EVENT.eject) outliers.decide(clock.row);
  clock.now = atMs;
}

function hostOf({ hosts, clusters }: Simulator, index: number): Host {
  return hosts.of(clusters.at(0), index);
}

function outlierOf({
  consecutive5xx = 5,
  consecutiveGatewayFailure = 5,
  enforcingConsecutive5xx = 100,
  enforcingConsecutiveGatewayFailure = 0,
  intervalMs = 10_000,
  baseEjectionTimeMs = 30_000,
  maxEjectionTimeMs = 300_000,
  maxEjectionPercent = 10,
}: NonNullable<DetectionVector['detection']>): Outlier {
  return {
    consecutive5xx,
    enforcing5xx: enforcingConsecutive5xx / 100,
    consecutiveGateway: consecutiveGatewayFailure,
    enforcingGateway: enforcingConsecutiveGatewayFailure / 100,
    consecutiveLocal: 5,
    enforcingLocal: 1,
    splitsLocal: false,
    errorStatuses: [],
    successRate: null,
    failurePercentage: null,
    intervalMs,
    baseEjectionMs: baseEjectionTimeMs,
    maxEjectionMs: maxEjectionTimeMs,
    jitterMs: 0,
    maxEjectionShare: maxEjectionPercent / 100,
    alwaysEjectsOne: false,
    mergeWindowMs: 1000,
  };
}
