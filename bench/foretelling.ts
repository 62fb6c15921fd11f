/**
 * `npm run bench -- foretelling [stack]`: what a preview's prediction costs, from the first line of the
 * predictor that is loaded, and what a sweep of 51 x 51 cells with 20 seeds each does, in a process of its
 * own. Processor time is beside the time that passed: on a busy machine only it says something.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadSource } from '../lab/objects/source.ts';
import { foretellerOf } from '../lab/foretelling.ts';
import { drawTable } from '../lab/report/table.ts';

const [stack = 'fail-fast'] = process.argv.slice(2);
const MAIN = join(import.meta.dirname, '../lab/main.js');
const LIMITS = ['maxConnections=0..50', 'http1MaxPendingRequests=0..50'];

interface Cost {
  readonly passedMs: number;
  readonly processorMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { passedMs: performance.now() - startedAt, processorMs: (user + system) / 1000 };
}

const { objects, experiment } = await loadSource(stack, {});
const preview = await costOf(() =>
  foretellerOf({ stack, load: experiment.load, deployed: false })(objects),
);

const vary = LIMITS.flatMap((limit) => ['--vary', limit]);
const startedAt = performance.now();
await promisify(execFile)(process.execPath, [MAIN, 'sweep', stack, ...vary, '--csv'], {
  maxBuffer: 2 ** 28,
});
const sweepMs = performance.now() - startedAt;

process.stdout.write(
  `${drawTable(
    ['left', 'right', 'right'],
    [
      [stack, 'passed', 'of a processor'],
      ['a prediction in a preview', ms(preview.passedMs), ms(preview.processorMs)],
      ['a sweep of 51 x 51 cells, 20 seeds each', ms(sweepMs), ''],
    ],
  )}\n`,
);

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}
