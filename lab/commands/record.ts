/** `lab record`: what `pulumi up` calls. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import {
  observation as observationSchema,
  type Observation,
} from '../../experiment/observation.ts';
import { type RunRecord, runRecord } from '../../experiment/record.ts';
import { briefReport, countsByBatch, terminalReport, verdictLine } from '../report/terminal.ts';
import { asJson } from '../report/json.ts';
import { runLocally } from '../local/run.ts';
import { follow } from './follow.ts';
import { clusterObserver } from './observe.ts';
import { CLUSTER, MESH_CONFIG, PROXY_CONCURRENCY, withOptions } from './options.ts';
import { exitCodeOf } from './output.ts';
import { paceOf, prepare } from './prepare.ts';
import { writeReport } from './reportFile.ts';
import { briefView } from './views.ts';

interface RecordOptions extends ClusterOptions {
  readonly manifests: string;
  readonly meshConfig?: string;
  readonly proxyConcurrency?: string;
  readonly deployed?: true;
  readonly failOnMismatch?: true;
}

export const command = withOptions(
  new Command('record')
    .description('what pulumi up calls: run the objects, and leave what was seen in a folder')
    .argument('<folder>', 'for the observation and the report'),
  [
    new Option('--manifests <path>', 'the objects; - for standard input').makeOptionMandatory(),
    new Option('--deployed', 'observe them in a cluster, which has them already'),
    MESH_CONFIG,
    PROXY_CONCURRENCY,
    ...CLUSTER,
    new Option(
      '--fail-on-mismatch',
      'exit with 1 where the verdict does not hold, 3 where it is open',
    ),
  ],
).action(async (folder: string, options: RecordOptions) => {
  process.exitCode = await record(folder, options);
});

/**
 * Runs the objects, or observes them where they are deployed, leaves the observation and the report
 * in a folder, and prints a short record of them as JSON. Only where a mismatch is to fail the
 * caller, the exit code is the verdict's; else 0.
 */
async function record(folder: string, options: RecordOptions): Promise<number> {
  const { manifests, deployed, failOnMismatch, meshConfig, proxyConcurrency } = options;
  // A run that fails must not leave what an earlier one has seen.
  await rm(folder, { recursive: true, force: true });
  const prepared = await prepare(
    undefined,
    { manifests, ...(deployed && { deployed }), ...(meshConfig && { meshConfig }) },
    paceOf(proxyConcurrency === undefined ? {} : { proxyConcurrency }),
  );
  const observe = deployed ? await clusterObserver(options) : runLocally();
  const observation = await follow(prepared, observe, briefView(process.stderr));
  const kept = await keep(folder, observation);
  const code = failOnMismatch === true ? exitCodeOf(observation.verdict.outcome) : 0;
  // Of a command that fails, the caller shows all that it says, and reads none of it.
  if (code !== 0) process.stderr.write(terminalReport(observation, false));
  else process.stdout.write(`${JSON.stringify(kept)}\n`);
  return code;
}

/** Leaves the observation and the report, as text and as a page, in a folder. */
export async function keep(folder: string, observation: Observation): Promise<RunRecord> {
  const paths = {
    observation: join(folder, 'observation.json'),
    report: join(folder, 'report.txt'),
  };
  const page = join(folder, 'report.html');
  await mkdir(folder, { recursive: true });
  await writeFile(paths.observation, asJson(observationSchema.parse(observation)));
  await writeFile(paths.report, terminalReport(observation, false));
  await writeReport(page, [{ name: observation.stack, observation }]);
  return runRecord.parse({
    ...shortRecord(observation),
    ...paths,
    page: pathToFileURL(resolve(page)).href,
  });
}

function shortRecord(observation: Observation): Omit<RunRecord, 'observation' | 'report' | 'page'> {
  const { verdict, requests } = observation;
  const refused = requests.filter(({ refusedBy }) => refusedBy !== null);
  return {
    verdict,
    verdictLine: verdictLine(verdict),
    brief: briefReport(observation),
    outcomes: countsByBatch(observation),
    refusals: Object.fromEntries(
      [...Map.groupBy(refused, ({ refusedBy }) => refusedBy ?? '')].map(([cause, all]) => [
        cause,
        all.length,
      ]),
    ),
  };
}
