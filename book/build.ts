/**
 * `npm run book`: builds docs/ as a site in .book/ (`-- --outDir <folder>`: elsewhere), and fails where
 * the builder has warned of anything, a dead link first of all.
 */
import { execa } from 'execa';
import { ROOT } from './root.ts';

const { all, failed } = await execa('vitepress', ['build', 'book', ...process.argv.slice(2)], {
  cwd: ROOT,
  preferLocal: true,
  localDir: ROOT,
  all: true,
  reject: false,
});
process.stdout.write(`${all}\n`);
const hasWarned = /\bwarn(ing)?\b|\(!\)|not loaded/i.test(all);
if (failed || hasWarned) {
  process.stderr.write(
    `The book is not built without a ${failed ? 'failure' : 'warning'}: see above.\n`,
  );
  process.exitCode = 1;
}
