/** Who is client and who is server: decided once, by what a container runs, for every platform. */
import { CLIENT } from '../../apps/contract.ts';
import type { Role } from '../../experiment/roles.ts';
import { imageName } from './containers.ts';

/** What of an experiment runs in containers: the project's apps, and Envoy by itself. */
export type App = 'server' | 'client' | 'envoy';

/** The last part of an image's name, and what it runs. */
export const APP_IMAGES: Readonly<Record<string, App>> = {
  'circuit-lab-server': 'server',
  'circuit-lab-client': 'client',
  envoy: 'envoy',
};

export const ROLE_OF_APP: Readonly<Record<App, Role>> = {
  server: 'server',
  client: 'client',
  envoy: 'gateway',
};

/**
 * By the last part of the image's name, from any registry and with any tag; under another name, who is
 * told to log JSON is a client of this project. Undefined for anything else.
 *
 * @param setting an environment variable of the container
 */
export function appIn(
  { image }: { readonly image: string },
  setting: (name: string) => string | undefined,
): App | undefined {
  const known = APP_IMAGES[imageName(image)];
  return known ?? (setting(CLIENT.logFormat) === 'json' ? 'client' : undefined);
}
