/** httpbin, in Python or Go. */
import { SERVER } from '../../../apps/contract.ts';
import type { ImageFamily } from './image.ts';

const NAMES = new Set(['httpbin', 'go-httpbin']);

export const httpbin: ImageFamily = {
  isMeant: (name) => NAMES.has(name),
  understand: () => ({
    app: 'server',
    env: { [SERVER.paths]: 'httpbin' },
    behaviour: { serviceTime: '0s' },
    said: 'is httpbin: /delay/N and /status/N do what they say, any other path answers 200 at once',
  }),
};
