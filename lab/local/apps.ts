/** What the local platform can run: the project's apps, and Envoy by itself. */
import { fileURLToPath } from 'node:url';
import { LabError } from '../../errors/labError.ts';
import { type App, APP_IMAGES, appIn } from '../mesh/apps.ts';
import type { Container, Pod } from '../mesh/model.ts';
import { COMPILE_CACHE } from '../environment/compileCache.ts';
import { type Child, type ChildOptions, startChild } from './children.ts';

/**
 * The app that a pod runs.
 *
 * @throws LabError for an image that is none of them
 */
export function appOf(pod: Pod): { app: App; container: Container } {
  const [container, ...others] = pod.containers;
  if (container === undefined || others.length > 0) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: has ${pod.containers.length} containers; ` +
        'the local platform runs pods of one container',
    );
  }
  const app = appIn(container, (name) => container.env[name]);
  if (app === undefined) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: image '${container.image}' cannot run on the local ` +
        `platform. It runs what is made from apps/, and Envoy: ${Object.keys(APP_IMAGES).join(', ')}. ` +
        'Use one of these, or set platform to kubernetes.',
    );
  }
  return { app, container };
}

/**
 * Starts one of the project's apps.
 *
 * @param options its `env` is all that the app gets, and what Node itself needs
 */
export function startApp(
  app: Exclude<App, 'envoy'>,
  { env, ...options }: Omit<ChildOptions, 'input'>,
): Child {
  const program = fileURLToPath(new URL(`../../apps/${app}/main.ts`, import.meta.url));
  return startChild(process.execPath, [program], {
    ...options,
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}
