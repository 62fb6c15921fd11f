/** `lab schema`: the form of each document that a command prints. */
import { Command } from 'commander';
import { z } from 'zod';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { observation } from '../../experiment/observation.ts';
import { runRecord } from '../../experiment/record.ts';
import { summary } from '../../experiment/summary.ts';

export const DOCUMENTS: Readonly<Record<string, z.ZodType>> = {
  observation,
  summary,
  record: runRecord,
};

export const command = new Command('schema')
  .description('print the JSON Schema of a document that --json prints')
  .argument(
    '[document]',
    'observation (lab run, observe), summary (lab run --all) or record (lab record)',
    'observation',
  )
  .option('--all', 'of what lab run --all --json prints')
  .action((document: string, { all }: { readonly all?: true }) => {
    process.stdout.write(schemaOf(all ? 'summary' : document));
  });

/** @throws LabError for a document that no command prints */
export function schemaOf(document: string): string {
  const schema = Object.hasOwn(DOCUMENTS, document) ? DOCUMENTS[document] : undefined;
  if (schema === undefined) {
    const hint = didYouMean(document, Object.keys(DOCUMENTS), 'Documents');
    throw new LabError(`no document '${document}'. ${hint}`);
  }
  return `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
}
