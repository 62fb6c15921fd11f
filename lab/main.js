/**
 * The command line: `npm run lab -- <command>`. Exit codes: 0 the verdict holds (or the command
 * did what it says), 1 it does not, 2 input or environment that cannot be used, 3 it is inconclusive,
 * 70 a mistake of the lab's own.
 *
 * The one file that is not TypeScript: whatever is loaded before the cache is there is translated anew,
 * by a compiler that takes longer to load than all else that this file does.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// As lab/environment/compileCache.ts names it.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/circuit-lab'));
// What a file imports by a statement is loaded before its first line runs, so past the cache.
const { toLoad } = await import('./environment/bundled.ts');
const { main } = await import(toLoad('lab/commandLine.ts'));
await main();
