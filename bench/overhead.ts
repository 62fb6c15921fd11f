/**
 * The fixed overhead of a run: the wall clock of the whole command, from its start to its exit, less
 * the traffic's own time. One batch; Envoy is installed already.
 *
 *   npm run bench -- overhead [runs] [stack]
 *
 * 10 runs of one client and one server unless given. A stack has its own clients and servers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { findEnvoy } from '../lab/environment/envoyBinary.ts';
import { observation } from '../experiment/observation.ts';

const MAIN = fileURLToPath(new URL('../lab/main.js', import.meta.url));
const [, , givenRuns = '10', stack] = process.argv;
const ONE_TO_ONE = ['clientReplicas=1', 'serverReplicas=1'];
const SETTINGS = ['serverDelay=200ms', ...(stack === undefined ? ONE_TO_ONE : [])];
const RUN = [
  ...['run', stack ?? 'dev', '--json', '--batches', '1'],
  ...SETTINGS.flatMap((setting) => ['--set', setting]),
];
/** Of two sidecars, and of the six of three-by-three. */
const TARGET_MS = stack === undefined ? 1000 : 1200;

/** Milliseconds of one run, by what they went into. */
interface Parts {
  readonly overhead: number;
  readonly up: number;
  readonly clients: number;
  readonly traffic: number;
  readonly end: number;
  readonly proxies: number;
}

const LABELS: Readonly<Record<Exclude<keyof Parts, 'proxies'>, string>> = {
  overhead: 'overhead: all but the traffic',
  up: '  start to proxies up: program, objects, apps, Envoys',
  clients: '  proxies up to first request: clients',
  end: '  last answer to exit: logs, stop, verdict',
  traffic: 'traffic',
};

async function measure(): Promise<Parts> {
  const startedAt = Date.now();
  const lab = spawn(process.execPath, [MAIN, ...RUN], { stdio: ['ignore', 'pipe', 'pipe'] });
  let upAt = NaN;
  let errors = '';
  lab.stderr.setEncoding('utf8').on('data', (part: string) => {
    errors += part;
    if (Number.isNaN(upAt) && errors.includes(' are up')) upAt = Date.now();
  });
  const [output] = await Promise.all([text(lab.stdout), once(lab, 'close')]);
  const endedAt = Date.now();
  // One cold batch need not be what a stack expects, nor be judged.
  if (![0, 1, 3].includes(lab.exitCode ?? NaN)) {
    throw new Error(`lab ${RUN.join(' ')} failed:\n${errors}`);
  }

  const { startedAt: zero, requests, proxies } = observation.parse(JSON.parse(output));
  const firstAt = Date.parse(zero) + Math.min(...requests.map(({ sentMs }) => sentMs));
  const lastAt = Date.parse(zero) + Math.max(...requests.map((request) => request.endedMs));
  return {
    overhead: endedAt - startedAt - (lastAt - firstAt),
    up: upAt - startedAt,
    clients: firstAt - upAt,
    traffic: lastAt - firstAt,
    end: endedAt - lastAt,
    proxies: proxies.length,
  };
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

function row(label: string, cells: readonly string[]): string {
  return [label.padEnd(54), ...cells.map((cell) => cell.padStart(8))].join('');
}

const runs = Number(givenRuns);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write('overhead: the number of runs must be a whole number from 1\n');
  process.exit(2);
}
await findEnvoy();

const seen: Parts[] = [];
for (let n = 0; n < runs; n++) seen.push(await measure());

const lines = (Object.keys(LABELS) as (keyof typeof LABELS)[]).map((part) => {
  const sorted = seen.map((parts) => parts[part]).sort((a, b) => a - b);
  const figures = [sorted[0] ?? NaN, median(sorted), sorted.at(-1) ?? NaN];
  return row(
    LABELS[part],
    figures.map((ms) => ms.toFixed(0)),
  );
});
const middle = median(seen.map(({ overhead }) => overhead).sort((a, b) => a - b));
process.stdout.write(
  [
    row(`ms, of ${runs} runs with ${seen[0]?.proxies ?? 0} sidecars`, ['min', 'median', 'max']),
    ...lines,
    `target: ${TARGET_MS} ms median, ${middle <= TARGET_MS ? 'met' : 'missed'}`,
    '',
  ].join('\n'),
);
process.exitCode = middle <= TARGET_MS ? 0 : 1;
