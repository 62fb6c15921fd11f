/**
 * A small HTTP server with a service time.
 *
 * | path            | answer                                                              |
 * | --------------- | ------------------------------------------------------------------- |
 * | /index          | after the service time: STATUS, or 200 once switched                |
 * | /fail, /pass    | POST or GET: from now on /index answers STATUS, or 200              |
 * | /healthz        | 200 at once, 503 while stopping                                     |
 *
 * | variable             | default     | meaning                                            |
 * | -------------------- | ----------- | -------------------------------------------------- |
 * | PORT                 | 5000        | port to listen on; 0 asks the system for one       |
 * | HOST                 | 0.0.0.0     | address to listen on                               |
 * | DELAY                | 5s          | service time of /index                             |
 * | DELAY_MIN, DELAY_MAX | unset       | in place of DELAY: drawn uniformly for each request |
 * | SEED                 | unset       | makes the drawn service times repeatable (0..2^32-1) |
 * | STATUS               | 200         | what /index answers from the start (200..599)      |
 * | KEEP_ALIVE           | 1           | 0: each answer closes its connection, as in HTTP/1.0 |
 * | BACKLOG              | 511         | connections that may wait to be accepted (listen(2)) |
 * | REUSE_PORT           | 0           | 1: also where another listens (SO_REUSEPORT)       |
 * | NAME                 | host's name | who answers: body and header x-served-by           |
 * | VERSION              | unset       | appended to NAME: `name/version`                   |
 * | LOG                  | none        | `requests`: one line for each request              |
 * | EXIT_WITH_PARENT     | 0           | 1: exit when stdin ends                            |
 *
 * It prints one line of JSON for each event: `listening` with the port, `request` if asked for, `lag`
 * where it was kept from running by more than the usual few ms, `stopped`. SIGTERM or SIGINT lets the requests in flight finish; a second one ends it at once.
 * Exit codes: 0 stopped, 1 cannot listen, or stopped twice, 2 a variable that cannot be used.
 */
import type { AddressInfo } from 'node:net';
import { watchLag } from '../common/lag.ts';
import { writeJson } from '../common/log.ts';
import {
  exitWithParent,
  exitWithReader,
  fail,
  finish,
  onStopSignal,
  settingsOrExit,
} from '../common/program.ts';
import { createService } from './server.ts';
import { readServerSettings } from './settings.ts';

const settings = settingsOrExit('server', readServerSettings);
const service = createService({
  ...settings,
  onRequest: settings.logRequests
    ? (record) => {
        writeJson({ event: 'request', ...record });
      }
    : undefined,
});

exitWithReader();
if (settings.exitWithParent) exitWithParent();
onStopSignal(() => {
  void service.stop().then(() => {
    writeJson({ event: 'stopped' });
    finish();
  });
});

service.http.on('error', (error) => fail('server', `cannot listen: ${error.message}`));
const { port: wanted, host, backlog, reusePort } = settings;
service.http.listen({ port: wanted, host, backlog, reusePort }, () => {
  const { port } = service.http.address() as AddressInfo;
  writeJson({ event: 'listening', port });
  watchLag((lag) => {
    writeJson({ event: 'lag', ...lag });
  });
});
