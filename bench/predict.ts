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

async function modelFor(stack: string, set: readonly string[] = []): Promise<Model> {
  const options = { manifests: [], set: [...set], behaviour: [] };
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
  const begun = performance.now();
  const replicas = [`clientReplicas=${size}`, `serverReplicas=${size}`];
  const model = await modelFor('three-by-three', replicas);
  const compiled = performance.now();
  const one = { ...model, watch: { ...model.watch, batches: 1 } };
  const run = new Simulator(one).run(1);
  const ended = performance.now();
  line(
    `${size} clients x ${size} servers: a batch of ${run.requests} requests in ` +
      `${((ended - compiled) / 1000).toFixed(2)} s, its model in ${((compiled - begun) / 1000).toFixed(2)} s, ` +
      `${rssMiB().toFixed(0)} MiB`,
  );
  if (size === 1000) {
    line(
      `  target: ${TARGET_BATCH_S} s, ${ended - compiled <= TARGET_BATCH_S * 1000 ? 'met' : 'missed'}`,
    );
  }
}
