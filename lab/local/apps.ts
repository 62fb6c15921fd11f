/** The project's apps as processes of this machine. */
import { fileURLToPath } from 'node:url';
import { toLoad } from '../environment/bundled.ts';
import { COMPILE_CACHE } from '../environment/compileCache.ts';
import { type Child, type ChildOptions, startChild } from './children.ts';

type App = 'server' | 'client';

/** Looked up once: a hundred processes may run one of them. */
const programs = new Map<App, string>();

function programOf(app: App): string {
  const program = programs.get(app) ?? fileURLToPath(toLoad(`apps/${app}/main.ts`));
  programs.set(app, program);
  return program;
}

/**
 * Starts one of the project's apps.
 *
 * @param options its `env` is all that the app gets, and what Node itself needs
 */
export function startApp(app: App, { env, ...options }: Omit<ChildOptions, 'input'>): Child {
  return startChild(process.execPath, [programOf(app)], {
    ...options,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}
