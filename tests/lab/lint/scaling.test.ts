/** What linting costs grows with the services, and not with their square. */
import { expect, it } from 'vitest';
import { lint } from '../../../lab/lint/lint.ts';
import { housed } from '../../../lab/mesh/madeUp/complete.ts';
import { ruledServices } from '../../support/ruledServices.ts';

/** Of the processor, in microseconds: a busy machine takes longer, and no more of it. The least of several. */
function costOf(services: number): number {
  const objects = ruledServices(services);
  const { mesh } = housed(objects);
  const costs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    const { found } = lint({ mesh, objects });
    expect(found.length).toBeGreaterThanOrEqual(2 * services);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}

it('four times the services are about four times the work, where the square would be sixteen', () => {
  costOf(100);
  expect(costOf(800) / costOf(200)).toBeLessThan(9);
});
