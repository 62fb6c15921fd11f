/** `lab schema`: the form of each document that a command prints. */
import { Command } from 'commander';
import { z } from 'zod';
import { proxyConfig } from '../../envoy/proxyConfig.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { alerts } from '../../experiment/alerts.ts';
import { comparison } from '../../experiment/comparison.ts';
import { demonstration } from '../../experiment/demonstration.ts';
import { lintReport } from '../../experiment/lintReport.ts';
import { meshView } from '../../experiment/meshView.ts';
import { experimentFile } from '../../experiment/experimentFile.ts';
import { observation } from '../../experiment/observation.ts';
import { outcomes } from '../../experiment/outcomes.ts';
import { prediction } from '../../experiment/prediction.ts';
import { runRecord } from '../../experiment/record.ts';
import { recommendation } from '../../experiment/recommendation.ts';
import { recovery } from '../../experiment/recovery.ts';
import { stackList } from '../../experiment/stackList.ts';
import { summary } from '../../experiment/summary.ts';
import { sweep } from '../../experiment/sweep.ts';
import { diagnosis } from '../environment/doctor.ts';
import type { DocumentName } from '../report/format.ts';
import { errorDocument } from './failure.ts';

interface Document {
  readonly schema: z.ZodType;
  /** The words of the command that prints it. */
  readonly of: string;
}

/** Those of every format, and those that are JSON in any case. */
const DOCUMENTS: Readonly<Record<DocumentName | 'record' | 'config' | 'error', Document>> = {
  observation: { schema: observation, of: 'run, observe' },
  summary: { schema: summary, of: 'run --all' },
  comparison: { schema: comparison, of: 'compare' },
  outcomes: { schema: outcomes, of: 'outcomes' },
  prediction: { schema: prediction, of: 'predict' },
  sweep: { schema: sweep, of: 'sweep' },
  recommendation: { schema: recommendation, of: 'recommend' },
  recovery: { schema: recovery, of: 'recover' },
  mesh: { schema: meshView, of: 'mesh' },
  lint: { schema: lintReport, of: 'lint' },
  demonstration: { schema: demonstration, of: 'lint --show' },
  list: { schema: stackList, of: 'list' },
  doctor: { schema: diagnosis, of: 'doctor' },
  alerts: { schema: alerts, of: 'alerts' },
  record: { schema: runRecord, of: 'record' },
  config: { schema: proxyConfig, of: 'config; one of its parts, where that is asked for' },
  error: { schema: errorDocument, of: 'every command that fails, on standard error' },
};

/** What `experiment.yaml` beside manifests may hold: no command prints it. */
const EXPERIMENT_FILE = 'experiment-file';

export const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as (keyof typeof DOCUMENTS)[];

export const command = new Command('schema')
  .description('print the JSON Schema of a document that --json prints')
  .argument(
    '[document]',
    [
      ...DOCUMENT_NAMES.map((name) => `${name} (${DOCUMENTS[name].of})`),
      `${EXPERIMENT_FILE} (what experiment.yaml beside manifests may hold)`,
    ].join(', '),
    'observation',
  )
  .option('--all', 'of what lab run --all --json prints')
  .action((document: string, { all }: { readonly all?: true }) => {
    process.stdout.write(schemaOf(all ? 'summary' : document));
  });

/** @throws LabError for a document that no command prints */
export function schemaOf(document: string): string {
  if (document === EXPERIMENT_FILE) return asSchema(experimentFile, 'input');
  const name = DOCUMENT_NAMES.find((known) => known === document);
  if (name === undefined) {
    const hint = didYouMean(document, DOCUMENT_NAMES, 'Documents');
    throw new LabError(`no document '${document}'. ${hint}`);
  }
  return asSchema(DOCUMENTS[name].schema, 'output');
}

/** @param io what is written by a person is described as they may write it: a load may be one line */
function asSchema(schema: z.ZodType, io: 'input' | 'output'): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io }), null, 2)}\n`;
}
