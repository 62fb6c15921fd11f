/** The file that a process begins with names the cache by itself: everything that it imports is too late. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../../lab/environment/compileCache.ts';
import { ROOT } from '../../support/project.ts';

it('the command line keeps what is compiled where the apps that it starts look for it', () => {
  const main = readFileSync(join(ROOT, 'lab/main.js'), 'utf8');
  const [, path = ''] = /import\.meta\.dirname, '([^']+)'/.exec(main) ?? [];
  expect(join(ROOT, 'lab', path)).toBe(COMPILE_CACHE);
});
