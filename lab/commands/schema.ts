/** `lab schema`: the form of each document that a command prints. */
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

/** @throws LabError for a document that no command prints */
export function schemaOf(document: string): string {
  const schema = Object.hasOwn(DOCUMENTS, document) ? DOCUMENTS[document] : undefined;
  if (schema === undefined) {
    const hint = didYouMean(document, Object.keys(DOCUMENTS), 'Documents');
    throw new LabError(`no document '${document}'. ${hint}`);
  }
  return `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
}
