/** `lab run`: experiments on the local platform, from their source to a verdict. */
import { Command, Option } from 'commander';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { runLocally } from '../local/run.ts';
import { follow } from './follow.ts';
import {
  BATCHES,
  MESH_CONFIG,
  PROXY_CONCURRENCY,
  SOURCE,
  TIME_SCALE,
  withOptions,
} from './options.ts';
import { exitCodeOf, type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, prepare, type RunOptions, wholeNumber } from './prepare.ts';
import { leaveReport, REPORT, type ReportOptions } from './reportFile.ts';
import { runAll, type RunAllOptions } from './runAll.ts';
import { fullView } from './views.ts';

/** What only makes sense for many experiments asks for them. */
const ALL = { all: true };

const METRICS = [
  new Option(
    '--serve-metrics',
    "serve the proxies' breaker metrics to Prometheus, on loopback, while the run lasts",
  ),
  new Option('--metrics-port <port>', 'at this port; at one that is free without it').implies({
    serveMetrics: true,
  }),
];

export const command = withOptions(
  new Command('run')
    .description('run experiments on real Envoys on this machine, and say whether they hold')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    new Option('--all', 'every stack that expects something, side by side'),
    new Option('--only <stacks>', 'these side by side, such as baseline,fail-fast').implies(ALL),
    new Option('--jobs <n>', 'how many may run at a time').implies(ALL),
    ...SOURCE,
    MESH_CONFIG,
    BATCHES,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    new Option('--hey', 'send a closed load by hey as well, to a mesh of its own'),
    ...METRICS,
    ...REPORT,
    ...outputOptions('observation', 'summary'),
  ],
).action(async (stack: string | undefined, options: RunAllOptions & { readonly all?: true }) => {
  process.exitCode = await (options.all ? runAll(stack, options) : run(stack, options));
});

interface RunOneOptions extends RunOptions, OutputOptions, ReportOptions {
  readonly hey?: true;
  readonly serveMetrics?: true;
  readonly metricsPort?: string;
}

/** @returns the verdict's exit code */
async function run(stack: string | undefined, options: RunOneOptions): Promise<number> {
  const output = outputOf('observation', options);
  const prepared = await prepare(stack, options, paceOf(options));
  const observe = runLocally({ hey: options.hey === true, metricsPort: metricsPortOf(options) });
  const observation = await follow(prepared, observe, fullView(output.progress));
  output.print(observationSchema.parse(observation));
  await leaveReport(observation, options, output.isForPeople);
  return exitCodeOf(observation.verdict.outcome);
}

/** @throws LabError for what is no port */
function metricsPortOf({ serveMetrics, metricsPort }: RunOneOptions): number | undefined {
  if (!serveMetrics) return undefined;
  return metricsPort === undefined ? 0 : wholeNumber('--metrics-port', metricsPort, 65_535);
}
