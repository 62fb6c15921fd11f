/** The gradient controller does what Envoy's own tests ask of Envoy's. */
import { describe, expect, it } from 'vitest';
import { GRADIENT_DEFAULTS, GradientController } from '../../../../lab/predict/engine/gradient.ts';
import { GRADIENT_VECTORS, type GradientStep } from './gradient.ts';

describe('Envoy’s tests of its gradient controller', () => {
  it.each(GRADIENT_VECTORS)('$restates: $fact', ({ config, script }) => {
    const controller = new GradientController({ ...GRADIENT_DEFAULTS, ...config }, () => 0);
    let last = controller.limitAt(0);
    for (const step of script) last = take(controller, step, last);
  });
});

/** @returns the limit that the next step compares with */
function take(controller: GradientController, step: GradientStep, last: number): number {
  if ('asked' in step) {
    const admitted = Array.from({ length: step.asked }, () => controller.admit(step.atMs));
    expect(admitted.filter(Boolean)).toHaveLength(step.admitted);
  } else if ('answered' in step) {
    for (let count = 0; count < step.answered; count += 1) {
      controller.complete(step.atMs, step.atMs - step.afterMs);
    }
  } else if ('cancelled' in step) {
    for (let count = 0; count < step.cancelled; count += 1) controller.cancel();
  } else if ('measuring' in step) expect(controller.isMeasuring).toBe(step.measuring);
  else if ('leastMs' in step) expect(controller.leastMs).toBe(step.leastMs);
  else {
    const limit = controller.limitAt(step.atMs);
    if (step.limit === 'more') expect(limit).toBeGreaterThan(last);
    else if (step.limit === 'less') expect(limit).toBeLessThan(last);
    else expect(limit).toBe(step.limit === 'same' ? last : step.limit);
    return limit;
  }
  return last;
}
