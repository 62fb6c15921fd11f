/** A thread of a closed loop (threads.ts): it sends what its share of the workers sends. */
import { parentPort, workerData } from 'node:worker_threads';
import { Env } from '../common/env.ts';
import { LineQueue } from '../common/log.ts';
import { readClosedLoop, runWorkers } from './closed.ts';
import { jsonFormat, textFormat } from './log.ts';
import { readClientSettings } from './settings.ts';
import { Target } from './target.ts';
import type { Recorded, ThreadData, Told } from './threads.ts';
import { Traffic } from './traffic.ts';
import { warmUp } from './warm-up.ts';

const { thread, startAt } = workerData as ThreadData;
const env = new Env(process.env);
const settings = readClientSettings(env);
const stop = new AbortController();
const giveUp = new AbortController();
parentPort?.on('message', (told: Told) => {
  (told === 'stop' ? stop : giveUp).abort();
});

const queue = new LineQueue((text) => {
  parentPort?.postMessage({ text, requests: 0 } satisfies Recorded);
});
const traffic = new Traffic({
  target: new Target(settings, process.env),
  format: settings.logFormat === 'json' ? jsonFormat(settings.clientName) : textFormat,
  write: queue.add,
  startAt,
  stop: stop.signal,
  giveUp: giveUp.signal,
});
await warmUp();
await runWorkers(readClosedLoop(env), traffic, thread);
queue.flush();
parentPort?.postMessage({ text: '', requests: traffic.requests } satisfies Recorded);
parentPort?.close();
