/** Small Flask servers for circuit breakers: each answers /index, and closes its connections. */
import { SERVER } from '../../../apps/contract.ts';
import type { ImageFamily } from './image.ts';

const SERVERS = new Map([
  ['py_server', { serviceTime: '5s', status: 200 }],
  ['py_server200', { serviceTime: '0s', status: 200 }],
  ['py_server502', { serviceTime: '0s', status: 502 }],
]);

export const pyServer: ImageFamily = {
  isMeant: (name) => SERVERS.has(name),
  understand: (name) => {
    const { serviceTime, status } = SERVERS.get(name) ?? { serviceTime: '0s', status: 200 };
    const when = serviceTime === '0s' ? 'at once' : `after ${serviceTime}`;
    const until = status === 200 ? '' : ', until it is sent POST /pass';
    return {
      app: 'server',
      env: { [SERVER.paths]: 'index', [SERVER.status]: String(status) },
      behaviour: { serviceTime, keepAlive: false },
      said: `answers ${status} to /index ${when}${until}, and closes each connection, as HTTP/1.0 does`,
    };
  },
};
