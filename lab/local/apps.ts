/** What the local platform can run: the project's apps, and Envoy by itself. */
import { fileURLToPath } from 'node:url';
import { LabError } from '../../errors/labError.ts';
import { imageName } from '../mesh/containers.ts';
import type { Container, Pod } from '../mesh/model.ts';

export type App = 'server' | 'client' | 'envoy';

/** The last part of an image's name, and what it runs. */
const IMAGES: Readonly<Record<string, App>> = {
  'circuit-lab-server': 'server',
  'circuit-lab-client': 'client',
  envoy: 'envoy',
};

/**
 * The app that a pod runs, by the last part of its image's name: `circuit-lab-server`, from any
 * registry and with any tag.
 *
 * @throws LabError for any other image
 */
export function appOf(pod: Pod): { app: App; container: Container } {
  const [container, ...others] = pod.containers;
  if (container === undefined || others.length > 0) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: has ${pod.containers.length} containers; ` +
        'the local platform runs pods of one container',
    );
  }
  const app = IMAGES[imageName(container.image)];
  if (app === undefined) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: image '${container.image}' cannot run on the local ` +
        `platform. It runs what is made from apps/, and Envoy: ${Object.keys(IMAGES).join(', ')}. ` +
        'Use one of these, or set platform to kubernetes.',
    );
  }
  return { app, container };
}

/** The arguments of Node that run one of the project's apps. */
export function appArguments(app: Exclude<App, 'envoy'>): string[] {
  return [fileURLToPath(new URL(`../../apps/${app}/main.ts`, import.meta.url))];
}
