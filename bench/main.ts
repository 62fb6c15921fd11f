/** `npm run bench -- <name> [argument...]`: runs bench/<name>.ts. */
import { readdirSync } from 'node:fs';
import { toLoad } from '../lab/environment/bundled.ts';

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
// As if it had been called by itself.
process.argv = [process.argv[0] ?? '', name, ...rest];
// What is measured in its own process is measured as it is used.
await import(name === 'predict' ? toLoad('bench/predict.ts').href : `./${name}.ts`);
