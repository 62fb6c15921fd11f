/** `npm run bench -- <name> [argument...]`: runs bench/<name>.ts. */
import { readdirSync } from 'node:fs';

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
await import(`./${name}.ts`);
