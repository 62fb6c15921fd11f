/** One Envoy of the local mesh: started, awaited, asked, stopped. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environmentError } from '../../errors/labError.ts';
import { OUTLIER_LOG } from './bootstrap.ts';
import { adminAt, EnvoyAdmin } from '../../envoy/admin.ts';
import { type Child, startChild } from './children.ts';
import { type OutlierEvent, parseOutlierEvents } from '../../envoy/outlierEvents.ts';

export interface EnvoyOptions {
  /** Path of the Envoy executable. */
  readonly binary: string;
  readonly name: string;
  readonly concurrency: number;
  /** The bootstrap; its listeners and admin ask the system for their ports. */
  readonly bootstrap: object;
  /** Told at once, so that whoever starts it can stop it while it still comes up. */
  readonly onStart: (child: Child) => void;
  /** Every line of its access log. */
  readonly onAccessLog: (line: string) => void;
  /** Within which a line is handed over, in ms. */
  readonly flushMs: number;
}

export interface EnvoyProcess {
  /** The guard that runs it. */
  readonly child: Child;
  readonly pid: number;
  /** Its own, in which it was started and which goes with it. */
  readonly folder: string;
  readonly admin: EnvoyAdmin;
  /** The port of each listener, by the listener's name. */
  readonly ports: ReadonlyMap<string, number>;
  /** Ejections and returns so far. */
  readonly outlierEvents: () => Promise<OutlierEvent[]>;
}

const GUARD = fileURLToPath(new URL('envoyGuard.sh', import.meta.url));

/**
 * It is asked again after a part of the time that it has taken: soon where it comes up at once, and
 * seldom where a hundred of them share the machine and each question takes some of it.
 */
const POLL_PART = 0.1;
const POLL_LEAST_MS = 5;
const START_LIMIT_MS = 30_000;

/**
 * @throws LabError with its last words where Envoy ends before it is ready, or is not ready in 30 s
 */
export async function startEnvoy(options: EnvoyOptions): Promise<EnvoyProcess> {
  const { binary, name, concurrency, bootstrap, onStart, onAccessLog, flushMs } = options;
  const guard = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  let lines = 0;
  const child = startChild(
    GUARD,
    [
      binary,
      '--disable-hot-restart',
      ...['--concurrency', String(concurrency)],
      ...['--log-level', 'error'],
      ...['--file-flush-interval-msec', String(flushMs)],
    ],
    {
      name,
      input: `${JSON.stringify(bootstrap)}\n`,
      onLine(line) {
        const own = guard[lines];
        lines += 1;
        if (own !== undefined) own.resolve(line);
        else onAccessLog(line);
      },
    },
  );
  onStart(child);
  const hasEnded = new AbortController();
  const ended = child.unexpectedEnd.then((how) => {
    hasEnded.abort();
    throw environmentError(how);
  });
  const started = Promise.all(guard.map(({ promise }) => promise));
  return Promise.race([ready(child, started, hasEnded.signal), ended]);
}

async function ready(
  child: Child,
  started: Promise<string[]>,
  hasEnded: AbortSignal,
): Promise<EnvoyProcess> {
  const [folder = '', pid] = await started;
  const file = join(folder, 'admin-address');
  const begun = Date.now();
  while (Date.now() < begun + START_LIMIT_MS && !hasEnded.aborted) {
    const address = await readFile(file, 'utf8').catch(() => '');
    if (address !== '') {
      const admin = new EnvoyAdmin(adminAt(address.trim()));
      const listeners = await admin.listeners().catch(() => undefined);
      if (listeners !== undefined) {
        return {
          child,
          folder,
          pid: Number(pid),
          admin,
          ports: new Map(listeners.map(({ name, port }) => [name, port])),
          // Envoy makes the file when there is something to write.
          outlierEvents: async () =>
            parseOutlierEvents(await readFile(join(folder, OUTLIER_LOG), 'utf8').catch(() => '')),
        };
      }
    }
    await delay(Math.max(POLL_LEAST_MS, (Date.now() - begun) * POLL_PART));
  }
  throw environmentError(`${child.name} was not ready within ${START_LIMIT_MS / 1000} s`);
}
