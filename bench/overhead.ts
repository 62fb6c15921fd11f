/**
 * What the lab adds to an experiment's own traffic, of small and large ones and of all stacks side by
 * side; beside it what as many processes take that do nothing. It takes some four minutes, twice that with
 * another checkout, and exits with 1 where a median is more than is wanted.
 *
 *   npm run bench -- overhead [another checkout, which is measured in turns]
 */
import { resolve } from 'node:path';
import { quantile } from '../lab/analysis/quantile.ts';
import { findEnvoy } from '../lab/environment/envoyBinary.ts';
import { PROJECT } from '../lab/environment/bundled.ts';
import { drawTable } from '../lab/report/table.ts';
import { bareMs } from './overhead/bare.ts';
import { mainOf, type Seconds, timed } from './overhead/run.ts';

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** Odd: the middle one is the median. */
  readonly runs: number;
  /** Pods, each with its sidecar; 0 where how many run at a time depends on the machine. */
  readonly pods: number;
  /** Seconds that the median should not exceed, of what. */
  readonly wanted: readonly [of: keyof Seconds, seconds: number];
}

/** One batch of short answers, of so many clients to as many servers. */
function square(side: number, runs: number, wanted: Case['wanted']): Case {
  const settings = ['serverDelay=200ms', `clientReplicas=${side}`, `serverReplicas=${side}`];
  return {
    name: `${side} x ${side}`,
    args: ['dev', '--batches', '1', ...settings.flatMap((setting) => ['--set', setting])],
    ...{ runs, pods: 2 * side, wanted },
  };
}

const CASES: readonly Case[] = [
  square(1, 9, ['overhead', 1]),
  square(3, 9, ['overhead', 1.2]),
  square(50, 3, ['up', 5]),
  {
    name: 'all stacks, a fifth of their times',
    args: ['--all', '--time-scale', '0.2'],
    ...{ runs: 3, pods: 0, wanted: ['command', 40] },
  },
];

const PARTS: Readonly<Record<keyof Seconds, string>> = {
  up: 'until everything is up',
  overhead: 'all but the traffic',
  command: 'the whole command',
};

/** The lab's program in each checkout. */
const mains = new Map<string, string>();
for (const folder of [PROJECT, ...process.argv.slice(2, 3).map((other) => resolve(other))]) {
  const main = mainOf(folder);
  if (main === undefined) {
    process.stderr.write(`overhead: ${folder} is no checkout of the lab: it has no lab/main.js\n`);
    process.exit(2);
  }
  mains.set(folder, main);
}
const { path: envoy } = await findEnvoy();

for (const one of CASES) {
  const seen = new Map([...mains.keys()].map((folder): [string, Seconds[]] => [folder, []]));
  const bare: number[] = [];
  for (let run = 0; run < one.runs; run += 1) {
    for (const [folder, main] of mains) seen.get(folder)?.push(await timed(main, one.args));
    if (one.pods > 0) bare.push((await bareMs(one.pods, envoy)) / 1000);
  }
  process.stdout.write(
    `${drawTable(['left', 'right', 'right', 'right', 'left'], rowsOf(one, seen, bare))}\n\n`,
  );
}

function rowsOf(
  { name, runs, pods, wanted: [of, seconds] }: Case,
  seen: ReadonlyMap<string, readonly Seconds[]>,
  bare: readonly number[],
): string[][] {
  const rows = [...seen].flatMap(([checkout, all]) =>
    (Object.keys(PARTS) as (keyof Seconds)[]).map((part) => {
      const { cells, median } = figures(all.map((times) => times[part]));
      const isWanted = part === of && checkout === PROJECT;
      if (isWanted && median > seconds) process.exitCode = 1;
      const verdict = `wanted ${seconds}: ${median <= seconds ? 'met' : 'missed'}`;
      const whose = checkout === PROJECT ? '' : `, ${checkout}`;
      return [`  ${PARTS[part]}${whose}`, ...cells, isWanted ? verdict : ''];
    }),
  );
  return [
    [`${name}, ${runs} runs, in s`, 'least', 'median', 'most', ''],
    ...rows,
    ...(bare.length === 0
      ? []
      : [[`  ${pods} Envoys and ${pods} Nodes that do nothing`, ...figures(bare).cells, '']]),
  ];
}

function figures(all: readonly number[]): { cells: string[]; median: number } {
  const sorted = all.toSorted((a, b) => a - b);
  const [least, median, most] = [0, 0.5, 1].map((share) => quantile(sorted, share));
  return {
    cells: [least, median, most].map((seconds = NaN) => seconds.toFixed(2)),
    median: median ?? NaN,
  };
}
