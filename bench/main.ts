/** `npm run bench -- <name> [argument...]`: runs bench/<name>.ts. */
import { readdirSync } from 'node:fs';
import { ENTRIES, toLoad } from '../lab/environment/bundled.ts';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'main')
  .sort();
const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`name a benchmark: ${names.join(', ')}\n`);
  process.exit(2);
}
const entries = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];
// As if it had been called by itself.
process.argv = [process.argv[0] ?? '', name, ...rest];
if (entries.some((entry) => toLoad(entry).pathname.endsWith('.ts'))) {
  process.stderr.write(
    'Of a bundle older than its sources, these are measured: npm run prepare makes it anew.\n',
  );
}
// What is measured in its own process is measured as it is used.
await import(name === 'predict' ? toLoad('bench/predict.ts').href : `./${name}.ts`);
