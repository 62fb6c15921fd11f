/**
 * A small HTTP server with a service time, which may stand for any service.
 *
 * | path            | answer                                                              |
 * | --------------- | ------------------------------------------------------------------- |
 * | /index          | after the service time: STATUS, or 200 once switched                |
 * | /fail, /pass    | POST or GET: from now on /index answers STATUS, or 200              |
 * | /healthz        | 200 at once, 503 while stopping                                     |
 *
 * | variable             | default     | meaning                                            |
 * | -------------------- | ----------- | -------------------------------------------------- |
 * | PORT                 | 5000        | port to listen on, or several: `8080,9090`; 0 asks the system for one |
 * | HOST                 | 0.0.0.0     | address to listen on                               |
 * | DELAY                | 5s          | service time of /index                             |
 * | DELAY_MIN, DELAY_MAX | unset       | in place of DELAY: drawn uniformly for each request |
 * | SEED                 | unset       | makes the drawn service times repeatable (0..2^32-1) |
 * | STATUS               | 200         | what /index answers from the start (200..599)      |
 * | KEEP_ALIVE           | 1           | 0: each answer closes its connection, as in HTTP/1.0 |
 * | BEHAVIOUR            | unset       | in place of DELAY and KEEP_ALIVE: JSON with the fields of `ServerBehaviour` (contract.ts) |
 * | PATHS                | index       | which paths there are: the above; `any`: every path is an /index that answers 200; `httpbin`: /delay/N, /status/N, and every other as `any` |
 * | TIME_SCALE           | 1           | multiplies the times of BEHAVIOUR and of /delay/N  |
 * | BACKLOG              | 511         | connections that may wait to be accepted (listen(2)) |
 * | REUSE_PORT           | 0           | 1: also where another listens (SO_REUSEPORT)       |
 * | NAME                 | host's name | who answers: body and header x-served-by           |
 * | VERSION              | unset       | appended to NAME: `name/version`                   |
 * | LOG                  | none        | `requests`: one line for each request              |
 * | EXIT_WITH_PARENT     | 0           | 1: exit when stdin ends                            |
 * | LIVE                 | 0           | 1: each line of stdin is JSON of variables in the place of those it was started with, for how it behaves from then on: DELAY, STATUS, BEHAVIOUR without its concurrency |
 *
 * It prints one line of JSON for each event: `listening` with the port and all `ports`, `request` if asked for, `lag`
 * where it was kept from running by more than the usual few ms, `stopped`. SIGTERM or SIGINT lets the requests in flight finish; a second
 * one ends it at once. What it calls it reaches through http_proxy, where that is set.
 * Exit codes: 0 stopped, 1 cannot listen, or stopped twice, 2 a variable that cannot be used.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { watchLag } from '../common/lag.ts';
import { writeJson } from '../common/log.ts';
import {
  exitWithParent,
  exitWithReader,
  fail,
  finish,
  onLine,
  onStopSignal,
  settingsOrExit,
} from '../common/program.ts';
import { createService, type RequestRecord } from './server.ts';
import { readServerSettings } from './settings.ts';

const settings = settingsOrExit('server', readServerSettings);
const onRequest = settings.logRequests
  ? (record: RequestRecord): void => {
      writeJson({ event: 'request', ...record });
    }
  : undefined;
const service = createService({ ...settings, onRequest }, settings.ports.length);

exitWithReader();
if (settings.live) {
  onLine((line) => {
    const told = JSON.parse(line) as NodeJS.ProcessEnv;
    service.behave(settingsOrExit('server', readServerSettings, { ...process.env, ...told }));
  });
}
if (settings.exitWithParent) exitWithParent();
onStopSignal(() => {
  void service.stop().then(() => {
    writeJson({ event: 'stopped' });
    finish();
  });
});

const { ports: wanted, host, backlog, reusePort } = settings;
const listening = service.http.map((server, index) => {
  server.on('error', (error) => fail('server', `cannot listen: ${error.message}`));
  server.listen({ port: wanted[index], host, backlog, reusePort });
  return once(server, 'listening').then(() => (server.address() as AddressInfo).port);
});
void Promise.all(listening).then((ports) => {
  writeJson({ event: 'listening', port: ports[0], ports });
  watchLag((lag) => {
    writeJson({ event: 'lag', ...lag });
  });
});
