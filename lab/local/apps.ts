/** The project's apps as processes of this machine. */
import { fileURLToPath } from 'node:url';
import { toLoad } from '../environment/bundled.ts';
import { COMPILE_CACHE } from '../environment/compileCache.ts';
import { type Child, type ChildOptions, startChild } from './children.ts';

/**
 * Starts one of the project's apps.
 *
 * @param options its `env` is all that the app gets, and what Node itself needs
 */
export function startApp(
  app: 'server' | 'client',
  { env, ...options }: Omit<ChildOptions, 'input'>,
): Child {
  const program = fileURLToPath(toLoad(`apps/${app}/main.ts`));
  return startChild(process.execPath, [program], {
    ...options,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}
