/** `lab schema`: the form of each document that a command prints. */
import { Command } from 'commander';
import { z } from 'zod';
import { proxyConfig } from '../../envoy/proxyConfig.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { comparison } from '../../experiment/comparison.ts';
import { observation } from '../../experiment/observation.ts';
import { runRecord } from '../../experiment/record.ts';
import { stackList } from '../../experiment/stackList.ts';
import { summary } from '../../experiment/summary.ts';
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
  list: { schema: stackList, of: 'list' },
  doctor: { schema: diagnosis, of: 'doctor' },
  record: { schema: runRecord, of: 'record' },
  config: { schema: proxyConfig, of: 'config; one of its parts, where that is asked for' },
  error: { schema: errorDocument, of: 'every command that fails, on standard error' },
};

export const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as (keyof typeof DOCUMENTS)[];

export const command = new Command('schema')
  .description('print the JSON Schema of a document that --json prints')
  .argument(
    '[document]',
    DOCUMENT_NAMES.map((name) => `${name} (${DOCUMENTS[name].of})`).join(', '),
    'observation',
  )
  .option('--all', 'of what lab run --all --json prints')
  .action((document: string, { all }: { readonly all?: true }) => {
    process.stdout.write(schemaOf(all ? 'summary' : document));
  });

/** @throws LabError for a document that no command prints */
export function schemaOf(document: string): string {
  const name = DOCUMENT_NAMES.find((known) => known === document);
  if (name === undefined) {
    const hint = didYouMean(document, DOCUMENT_NAMES, 'Documents');
    throw new LabError(`no document '${document}'. ${hint}`);
  }
  return `${JSON.stringify(z.toJSONSchema(DOCUMENTS[name].schema), null, 2)}\n`;
}
