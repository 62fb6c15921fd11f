/** The project's own images, and Envoy by itself: they are told by their own variables. */
import { CLIENT } from '../../../apps/contract.ts';
import type { App } from '../model.ts';
import type { ImageFamily } from './image.ts';

const APPS = new Map<string, App>([
  ['circuit-lab-server', 'server'],
  ['circuit-lab-client', 'client'],
  ['envoy', 'envoy'],
]);

/** From any registry and with any tag. */
export const own: ImageFamily = {
  isMeant: (name) => APPS.has(name),
  understand: (name) => ({ app: APPS.get(name) ?? 'server', own: true }),
};

/** Under another name, who is told to log JSON is a client of this project. */
export const renamedClient: ImageFamily = {
  isMeant: (_, { env }) => env[CLIENT.logFormat] === 'json',
  understand: () => ({ app: 'client', own: true }),
};
