/**
 * How fast predictions are.
 *
 *   npm run bench -- predict
 */
import { readFileSync } from 'node:fs';
import { prepare } from '../lab/commands/prepare.ts';
import { modelOf } from '../lab/predict/compile/modelOf.ts';
import { Simulator } from '../lab/predict/engine/simulate.ts';
import type { Model } from '../lab/predict/model.ts';

const TARGET_PER_SECOND = 2_000_000;
const TARGET_BATCH_S = 5;
const ROUNDS = 8;

async function modelFor(stack: string): Promise<Model> {
  const options = { manifests: [], set: [], behaviour: [] };
  return modelOf(await prepare(stack, options, { batches: undefined, timeScale: 1 }));
}

/** Of this process, in s: a busy machine makes it wait, but not work more. */
function processorTime(): number {
  return process.cpuUsage().user / 1e6;
}

/** The fastest of some rounds, in requests per second of one processor. */
function speedOf(model: Model): { perSecond: number; simulatedS: number } {
  const many = { ...model, watch: { ...model.watch, batches: 20_000 } };
  const simulator = new Simulator(many);
  let best = 0;
  let simulatedS = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = processorTime();
    const run = simulator.run(round);
    best = Math.max(best, run.requests / (processorTime() - begun));
    simulatedS = run.durationMs / 1000;
  }
  return { perSecond: best, simulatedS };
}

/** Of one client and one server so many of each: a stack has no more than a hundred. */
function multiplied(model: Model, count: number): Model {
  const times = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const of = <T>(all: readonly T[], index: number): T => all[index] as T;
  const { clients, proxies, clusters, endpointSets, apps, listeners } = model;
  // The clients' first, then the servers'.
  const both = <T>(client: (index: number) => T, server: (index: number) => T): T[] => [
    ...times(client),
    ...times(server),
  ];
  return {
    ...model,
    clients: times((index) => ({
      ...of(clients, 0),
      pod: `client-${index}`,
      doors: [{ listener: index, app: -1 }],
    })),
    proxies: both(
      (index) => ({ ...of(proxies, 0), pod: `client-${index}` }),
      (index) => ({ ...of(proxies, 1), pod: `server-${index}` }),
    ),
    listeners: both(
      (index) => ({ ...of(listeners, 0), proxy: index, routes: [index] }),
      (index) => ({ ...of(listeners, 1), proxy: count + index, routes: [count + index] }),
    ),
    routes: both(
      (index) => ({ ...of(model.routes, 0), clusters: [{ cluster: index, weight: 1 }] }),
      (index) => ({ ...of(model.routes, 1), clusters: [{ cluster: count + index, weight: 1 }] }),
    ),
    clusters: both(
      (index) => ({ ...of(clusters, 0), proxy: index, endpoints: 0 }),
      (index) => ({ ...of(clusters, 1), proxy: count + index, endpoints: 1 + index }),
    ),
    endpointSets: [
      times((index) => ({
        ...of(of(endpointSets, 0), 0),
        pod: `server-${index}`,
        listener: count + index,
      })),
      ...times((index) => [{ ...of(of(endpointSets, 1), 0), pod: `server-${index}`, app: index }]),
    ],
    apps: times((index) => ({ ...of(apps, 0), pod: `server-${index}` })),
  };
}

function rssMiB(): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}

const line = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const failFast = await modelFor('fail-fast');
const { perSecond, simulatedS } = speedOf(failFast);
line(`fail-fast: ${(perSecond / 1e6).toFixed(2)} M requests a second of one processor`);
line(`  (20,000 batches stand for ${(simulatedS / 3600).toFixed(0)} h of real time)`);
line(
  `  target: ${TARGET_PER_SECOND / 1e6} M, ${perSecond >= TARGET_PER_SECOND ? 'met' : 'missed'}`,
);

for (const size of [250, 500, 1000]) {
  const model = multiplied(failFast, size);
  const begun = performance.now();
  const run = new Simulator({ ...model, watch: { ...model.watch, batches: 1 } }).run(1);
  const tookMs = performance.now() - begun;
  line(
    `${size} clients x ${size} servers: a batch of ${run.requests} requests in ` +
      `${(tookMs / 1000).toFixed(2)} s, ${rssMiB().toFixed(0)} MiB`,
  );
  if (size === 1000) {
    line(`  target: ${TARGET_BATCH_S} s, ${tookMs <= TARGET_BATCH_S * 1000 ? 'met' : 'missed'}`);
  }
}
