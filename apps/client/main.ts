/**
 * A load client with several ways of sending, of which loads.ts has a row each.
 *
 * | MODE    | what it does                                                                  |
 * | ------- | ----------------------------------------------------------------------------- |
 * | batch   | BATCH_SIZE concurrent requests each INTERVAL, each on a connection of its own |
 * | closed  | WORKERS workers, each with one kept connection, one request after the other   |
 * | paced   | one request each INTERVAL whatever becomes of the earlier ones, each on a     |
 * |         | connection of its own; latency counts from the time it was due                |
 * | poisson | as paced, at random times that make RATE on average: independent users        |
 * | steps   | as paced, at one rate after the other                                         |
 * | replay  | as paced, at given times                                                      |
 *
 * | variable         | default               | meaning                                         |
 * | ---------------- | --------------------- | ----------------------------------------------- |
 * | MODE             | batch                 | one of the above                                |
 * | URL              | http://pyserver/index | what to GET                                     |
 * | BATCH_SIZE       | 10                    | batch: requests of a batch                      |
 * | BATCHES          | 0                     | batch: number of batches; 0 is endless          |
 * | BATCH_SPREAD     | 0s                    | batch: from its first request to its last, the  |
 * |                  |                       | others evenly between; 0s is all in one go      |
 * | INTERVAL         | 20s (paced: 100ms)    | batch, paced: from one start to the next        |
 * | WORKERS          | 50                    | closed: number of workers                       |
 * | THREADS          | 1                     | closed: threads of this process that share the  |
 * |                  |                       | workers, where one cannot send fast enough      |
 * | RATE             | 10/s (closed: unset)  | poisson: the mean; closed: the most of all      |
 * |                  |                       | workers, each with its share                    |
 * | SEED             | unset                 | poisson: the same number gives the same times   |
 * | STEPS            |                       | steps: such as `10/s for 5s, 50/s for 5s`       |
 * | SEND_AT          |                       | replay: since the start: `0ms, 120ms, 1.5s`     |
 * | REQUESTS         | 200                   | all but batch and replay: the most in all; 0 is |
 * |                  |                       | endless (not closed); unset with DURATION or    |
 * |                  |                       | STEPS: as many as go into those                 |
 * | DURATION         | 0s                    | all but batch: none is due after it; 0s is      |
 * |                  |                       | without an end                                  |
 * | MAX_IN_FLIGHT    | 1000                  | all but batch and closed: bound of requests     |
 * |                  |                       | under way (see below)                           |
 * | TIMEOUT          | 60s                   | of a request, its connection included           |
 * | HEADERS          | {}                    | JSON object of further request headers          |
 * | INITIAL_DELAY    | 0s                    | wait before the first request                   |
 * | START_AT         | the program's start   | epoch ms from which INITIAL_DELAY counts: lets  |
 * |                  |                       | several clients begin together; stdin: says     |
 * |                  |                       | `ready`, then waits for a line that has it      |
 * | GRACE            | 10s                   | for requests in flight when told to stop        |
 * | CLIENT_NAME      | host's name           | this client's name in the JSON log              |
 * | LOG_FORMAT       | text                  | text: the seed's lines; json: see below         |
 * | HEALTH_PORT      | unset                 | answers 200 there, for a cluster's probes; the  |
 * |                  |                       | client then rests when it has sent everything   |
 * | EXIT_WITH_PARENT | 0                     | 1: exit when stdin ends                         |
 * | http_proxy       | unset                 | proxy to ask; also HTTP_PROXY, and no_proxy or  |
 * |                  |                       | NO_PROXY for the hosts to ask directly          |
 *
 * The JSON log, one object a line; times are epoch ms with a fraction, `timeMs` = endedAt - sentAt:
 *   {"event":"ready","client"}
 *   {"event":"batch","client","batch","size","dueAt","gapMs","startedAt"}
 *   {"event":"sent","id","client","batch","index","sentAt"}
 *   {"event":"response","id","client","batch","index","status","error"?,"from"?,"sentAt","endedAt",
 *    "timeMs","bytes","headers"}
 *   {"event":"lag","client","at","lagMs"}
 *   {"event":"done","client","requests"}
 * A batch is due after its INTERVAL, or when the one before has ended, its requests `gapMs` after each
 * other. `ready` comes only
 * before the line that START_AT=stdin waits for. `lag` says that this process
 * was kept from running, by more than the usual few ms. `id` is the x-request-id, and stands in the
 * User-Agent as `circuit-lab/<id>` unless HEADERS has one: gateways replace the former, and every
 * proxy logs the latter. Any load but batch is one batch, number 0; its size is null where nobody
 * knows it. A request without a response in full has status 0 and an error: a code of the
 * system (ECONNREFUSED, ECONNRESET, ...), TIMEOUT, STOPPED, or MAX_IN_FLIGHT for one that came due
 * beyond that bound: it was not sent and has no `sent` event.
 *
 * SIGTERM or SIGINT: no new requests, GRACE for those in flight; a second one ends it at once.
 * Exit codes: 0 done or stopped, 1 HEALTH_PORT in use, or stopped twice, 2 a variable that cannot
 * be used.
 */
import { once } from 'node:events';
import { now } from '../common/clock.ts';
import { watchLag } from '../common/lag.ts';
import { queueLines } from '../common/log.ts';
import {
  exitWithParent,
  exitWithReader,
  fail,
  finish,
  firstLine,
  onStopSignal,
  settingsOrExit,
} from '../common/program.ts';
import { serveHealth } from './health.ts';
import { jsonFormat, textFormat } from './log.ts';
import { epochMs, readClientSettings } from './settings.ts';
import { Target } from './target.ts';
import { Traffic } from './traffic.ts';
import { warmUp } from './warm-up.ts';

const settings = settingsOrExit('client', readClientSettings);
exitWithReader();
if (settings.exitWithParent) exitWithParent();
await warmUp();

const format = settings.logFormat === 'json' ? jsonFormat(settings.clientName) : textFormat;
const startAt = settings.startAt === 'stdin' ? await told() : (settings.startAt ?? now());
const stop = new AbortController();
const giveUp = new AbortController();
const traffic = new Traffic({
  target: new Target(settings, process.env),
  format,
  write: queueLines,
  startAt: startAt + settings.initialDelayMs,
  stop: stop.signal,
  giveUp: giveUp.signal,
});
onStopSignal(() => {
  stop.abort();
  setTimeout(() => {
    giveUp.abort();
  }, settings.graceMs);
});
if (settings.healthPort !== undefined) {
  serveHealth(settings.healthPort).on('error', (error) => fail('client', error.message));
}

watchLag((lag) => {
  traffic.lagged(lag);
});
await settings.load.run(traffic);
traffic.end();
// A Deployment would start a client that ends again, and its load with it.
if (settings.healthPort !== undefined && !stop.signal.aborted) await once(stop.signal, 'abort');
finish();

/** When to begin, from whoever waits for all clients to be ready. */
async function told(): Promise<number> {
  queueLines(format.ready());
  const line = await firstLine();
  const instant = epochMs(line);
  if (instant !== undefined) return instant;
  return fail('client', `stdin must say when to start, in ms since the epoch, not '${line}'`, 2);
}
