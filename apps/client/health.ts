import http from 'node:http';

/** Answers 200 to everything, for the probes of a cluster. */
export function serveHealth(port: number): http.Server {
  return http
    .createServer((request, response) => {
      request.resume();
      response.end('ok\n');
    })
    .listen(port);
}
