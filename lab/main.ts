/**
 * The command line: `npm run lab -- <command>`. Exit codes: 0 the verdict holds (or the command
 * did what it says), 1 it does not, 2 input or environment that cannot be used, 3 it is inconclusive,
 * 70 a mistake of the lab's own.
 */
import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from './environment/compileCache.ts';

enableCompileCache(COMPILE_CACHE);
// What a file imports by a statement is loaded before its first line runs, so past the cache.
const { main } = await import('./commandLine.ts');
await main();
