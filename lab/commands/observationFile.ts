/** A run that was recorded, read from its file. */
import { readFileSync } from 'node:fs';
import {
  type Observation,
  observation as observationSchema,
} from '../../experiment/observation.ts';
import { LabError } from '../../errors/labError.ts';

const HINT = 'Write one with: lab run <stack> --json';

/** @throws LabError for a file that holds no observation */
export function readObservation(file: string): Observation {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new LabError(`${file}: cannot be read as JSON: ${(error as Error).message}. ${HINT}`);
  }
  const result = observationSchema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new LabError(
    `${file}: is not an observation: ${where === '' ? '' : `${where}: `}${issue?.message ?? ''}. ${HINT}`,
  );
}
