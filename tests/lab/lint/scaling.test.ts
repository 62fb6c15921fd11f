/** What linting costs grows with the services, and not with their square. */
import { expect, it } from 'vitest';
import { lint } from '../../../lab/lint/lint.ts';
import { housed } from '../../../lab/mesh/madeUp/complete.ts';
import { countedReads } from '../../support/countedReads.ts';
import { ruledServices } from '../../support/ruledServices.ts';

/** How often it looks at something of the mesh or of the objects. */
function costOf(services: number): number {
  const objects = ruledServices(services);
  const { mesh } = housed(objects);
  const { value, reads } = countedReads({ mesh, objects });
  expect(lint(value).found.length).toBeGreaterThanOrEqual(2 * services);
  return reads();
}

it('four times the services are four times the work, where the square would be sixteen', () => {
  const ratio = costOf(400) / costOf(100);
  expect(ratio).toBeGreaterThan(3);
  expect(ratio).toBeLessThan(5);
});
