import type { Server } from 'node:http';
import { http } from '../common/http.ts';

/** Answers 200 to everything, for the probes of a cluster. */
export function serveHealth(port: number): Server {
  return http()
    .createServer((request, response) => {
      request.resume();
      response.end('ok\n');
    })
    .listen(port);
}
