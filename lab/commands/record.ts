/** `lab record`: what `pulumi up` calls. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import {
  observation as observationSchema,
  type Observation,
} from '../../experiment/observation.ts';
import { type RunRecord, runRecord } from '../../experiment/record.ts';
import { briefReport, countsByBatch, terminalReport, verdictLine } from '../report/terminal.ts';
import { observe } from './observe.ts';
import { exitCodeOf } from './output.ts';
import { prepare } from './prepare.ts';
import { briefView, type ViewOf } from './views.ts';

export interface RecordOptions extends ClusterOptions {
  readonly manifests: string;
  readonly deployed?: true;
  readonly failOnMismatch?: true;
}

/**
 * Runs the objects, or observes them where they are deployed, leaves the observation and the report
 * in a folder, and prints a short record of them as JSON. Only where a mismatch is to fail the
 * caller, the exit code is the verdict's; else 0.
 */
export async function record(folder: string, options: RecordOptions): Promise<number> {
  const { manifests, deployed, failOnMismatch } = options;
  // A run that fails must not leave what an earlier one has seen.
  await rm(folder, { recursive: true, force: true });
  const view = briefView(process.stderr);
  const observation = deployed
    ? await observedInCluster(options, view)
    : await observe(
        await prepare(undefined, { manifests }, { batches: undefined, timeScale: 1 }),
        view,
      );

  const paths = {
    observation: join(folder, 'observation.json'),
    report: join(folder, 'report.txt'),
  };
  const report = terminalReport(observation, false);
  await mkdir(folder, { recursive: true });
  await writeFile(
    paths.observation,
    `${JSON.stringify(observationSchema.parse(observation), null, 2)}\n`,
  );
  await writeFile(paths.report, report);
  const code = failOnMismatch === true ? exitCodeOf(observation.verdict.outcome) : 0;
  // Of a command that fails, the caller shows all that it says, and reads none of it.
  if (code !== 0) process.stderr.write(report);
  else {
    const short = runRecord.parse({ ...shortRecord(observation), ...paths });
    process.stdout.write(`${JSON.stringify(short)}\n`);
  }
  return code;
}

/** The Kubernetes client is loaded only where there is a cluster to talk to. */
async function observedInCluster(options: RecordOptions, view: ViewOf): Promise<Observation> {
  const { observeDeployed } = await import('./observeCluster.ts');
  return observeDeployed(undefined, options, view);
}

function shortRecord(observation: Observation): Omit<RunRecord, 'observation' | 'report'> {
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
