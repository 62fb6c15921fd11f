/**
 * The client against `hey`, which uses all processors: how many requests a second a closed loop sends,
 * from one thread and from two, to the same Envoy, which answers by itself; and how far apart the fifty requests of a batch leave.
 *
 *   npm run bench -- client [another checkout, whose client is measured beside]
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ClientEvent } from '../apps/contract.ts';
import { PROJECT, toLoad } from '../lab/environment/bundled.ts';
import { findEnvoy } from '../lab/environment/envoyBinary.ts';
import { findHey, HOW_TO_GET_HEY } from '../lab/environment/heyBinary.ts';
import { startEnvoy } from '../lab/local/envoyProcess.ts';
import { parseClientLine } from '../lab/watch/clientLog.ts';

const WORKERS = 50;
const REQUESTS = 10_000;
const BATCHES = 20;
const ROUNDS = 3;
const THREADS = [1, 2];

const type = (name: string): string => `type.googleapis.com/envoy.extensions.filters.${name}`;
const manager = {
  '@type': type('network.http_connection_manager.v3.HttpConnectionManager'),
  stat_prefix: 'bench',
  route_config: {
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [
          {
            match: { prefix: '/' },
            direct_response: { status: 200, body: { inline_string: 'ok' } },
          },
        ],
      },
    ],
  },
  http_filters: [{ name: 'router', typed_config: { '@type': type('http.router.v3.Router') } }],
};
const loopback = { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } };
const bootstrap = {
  admin: loopback,
  static_resources: {
    listeners: [
      {
        name: 'all',
        ...loopback,
        filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
      },
    ],
  },
};

const middle = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;

function clientIn(folder: string): string {
  return fileURLToPath(toLoad('apps/client/main.ts', folder));
}

async function events(folder: string, env: Record<string, string>): Promise<ClientEvent[]> {
  const { stdout } = await execa(process.execPath, [clientIn(folder)], {
    env: { LOG_FORMAT: 'json', ...env },
    extendEnv: false,
    maxBuffer: 200_000_000,
  });
  return stdout.split('\n').flatMap((line) => parseClientLine(line) ?? []);
}

/** Requests a second, from the first one's departure to the last answer. */
async function closedLoop(folder: string, URL: string, threads: number): Promise<number> {
  const seen = await events(folder, {
    URL,
    MODE: 'closed',
    WORKERS: '50',
    REQUESTS: String(REQUESTS),
    THREADS: String(threads),
  });
  const responses = seen.filter((event) => event.event === 'response');
  const from = responses.reduce((first, { sentAt }) => Math.min(first, sentAt), Infinity);
  const to = responses.reduce((last, { endedAt }) => Math.max(last, endedAt), 0);
  return (1000 * responses.filter(({ status }) => status === 200).length) / (to - from);
}

/** Milliseconds from the first departure to the last, the middle one of the batches. */
async function spread(folder: string, URL: string): Promise<number> {
  const batches = { BATCH_SIZE: '50', BATCHES: String(BATCHES), INTERVAL: '50ms' };
  const sent = (await events(folder, { URL, ...batches })).filter(({ event }) => event === 'sent');
  const times = Map.groupBy(sent, (event) => ('batch' in event ? event.batch : 0));
  return middle(
    [...times.values()].map((all) => {
      const at = all.flatMap((event) => ('sentAt' in event ? event.sentAt : []));
      return Math.max(...at) - Math.min(...at);
    }),
  );
}

async function heyRate(hey: string, url: string): Promise<number> {
  const { stdout } = await execa(hey, ['-n', String(REQUESTS), '-c', String(WORKERS), url]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

const hey = await findHey();
if (hey === null) {
  process.stderr.write(`there is no hey on PATH. To get it: ${HOW_TO_GET_HEY}\n`);
  process.exit(2);
}
const { path: binary } = await findEnvoy();
const envoy = await startEnvoy({
  ...{ binary, bootstrap, name: 'the Envoy of the benchmark', concurrency: 2 },
  onStart: () => undefined,
  onAccessLog: () => undefined,
  flushMs: 25,
});
try {
  const url = `http://127.0.0.1:${envoy.ports.get('all') ?? 0}/`;
  const others = process.argv.slice(2, 3).map((folder) => resolve(folder));
  const folders = [PROJECT, ...others];
  const rates = folders.map(() => THREADS.map((): number[] => []));
  const spreads = folders.map((): number[] => []);
  const heys: number[] = [];
  // In turns: whatever else the machine does meets all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    heys.push(await heyRate(hey, url));
    for (const [index, folder] of folders.entries()) {
      for (const [at, threads] of THREADS.entries()) {
        rates[index]?.[at]?.push(await closedLoop(folder, url, threads));
      }
      spreads[index]?.push(await spread(folder, url));
    }
  }
  const own = middle(heys);
  process.stdout.write(`hey: ${own.toFixed(0)} requests/s\n`);
  for (const [index, folder] of folders.entries()) {
    const loops = THREADS.map((threads, at) => {
      const rate = middle(rates[index]?.[at] ?? []);
      return `${threads} thread(s) ${rate.toFixed(0)} requests/s, ${(rate / own).toFixed(2)}x of hey; `;
    });
    process.stdout.write(
      `${folder}: ${loops.join('')}a batch of 50 within ${middle(spreads[index] ?? []).toFixed(2)} ms\n`,
    );
  }
} finally {
  await envoy.child.stop();
}
