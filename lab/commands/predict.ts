/** `lab predict`: what an experiment will show, with its spread, without running it. */
import { Command, Option } from 'commander';
import { prediction as predictionSchema } from '../../experiment/prediction.ts';
import { modelOf } from '../predict/compile/modelOf.ts';
import { predict } from '../predict/predict.ts';
import { verdictsOf } from '../predict/verdicts.ts';
import { untilInterrupted } from './interrupt.ts';
import {
  BATCHES,
  MESH_CONFIG,
  PROXY_CONCURRENCY,
  SOURCE,
  TIME_SCALE,
  withOptions,
} from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import { fileName, leavePage, PAGE, type ReportOptions } from './reportFile.ts';
import { paceOf, prepare, type RunOptions, wholeNumber } from './prepare.ts';

interface PredictCommandOptions extends RunOptions, OutputOptions, ReportOptions {
  readonly seeds: string;
  readonly firstSeed?: string;
  readonly threads?: string;
  readonly verdicts?: true;
}

const MOST_SEEDS = 100_000;

export const command = withOptions(
  new Command('predict')
    .description('predict what the requests of an experiment will end in, with its spread')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    ...SOURCE,
    MESH_CONFIG,
    BATCHES,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    new Option('--seeds <n>', 'simulated runs').default('200'),
    new Option('--first-seed <n>', 'the seeds are this number and those after it; 1 without it'),
    new Option('--threads <n>', 'threads that simulate; one a processor without it'),
    new Option('--verdicts', 'also judge each simulated run by what the experiment expects'),
    ...PAGE,
    ...outputOptions('prediction'),
  ],
).action(async (stack: string | undefined, options: PredictCommandOptions) => {
  const output = outputOf('prediction', options);
  const seeds = wholeNumber('--seeds', options.seeds, MOST_SEEDS);
  const firstSeed =
    options.firstSeed === undefined ? 1 : wholeNumber('--first-seed', options.firstSeed, 1e9);
  const threads =
    options.threads === undefined ? undefined : wholeNumber('--threads', options.threads, 256);
  const prepared = await prepare(stack, options, paceOf(options));
  const prediction = await untilInterrupted(async (signal) => ({
    ...(await predict(modelOf(prepared), { seeds, firstSeed, threads, signal })),
    ...(options.verdicts && { verdicts: await verdictsOf(prepared, { seeds, firstSeed, signal }) }),
  }));
  output.print(predictionSchema.parse(prediction));
  await leavePage(
    {
      ...{ name: `${fileName(prediction.stack)}.prediction`, of: 'this prediction' },
      document: prediction,
      page: async () => {
        const { predictionPage } = await import('../report/html/predictionPage.ts');
        return predictionPage(prediction);
      },
    },
    options,
    output.isForPeople,
  );
});
