/**
 * `npm run bench -- lint [services...]`: what linting costs, with one rule and two pods for each
 * service, from objects to findings.
 */
import { lint } from '../lab/lint/lint.ts';
import { housed } from '../lab/mesh/madeUp/complete.ts';
import { ruledServices } from '../tests/support/ruledServices.ts';

const sizes = process.argv.slice(2).map(Number);

for (const size of sizes.length > 0 ? sizes : [250, 500, 1000, 1000]) {
  const objects = ruledServices(size);
  const before = process.cpuUsage();
  const start = performance.now();
  const { mesh } = housed(objects);
  const understood = performance.now();
  const { found } = lint({ mesh, objects });
  const end = performance.now();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(
    `${size} services: mesh ${ms(understood - start)}, rules ${ms(end - understood)}, ` +
      `processor ${ms((user + system) / 1000)}, ${found.length} findings\n`,
  );
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}
