/** What a preview says of objects, by the predictor. */
import { LOADS, type LoadMode } from '../apps/contract.ts';
import { foretellObjects } from './predict/foretell.ts';
import { type InPreview, inPreview } from './report/foretold.ts';

export interface Of {
  readonly stack: string;
  readonly load: LoadMode;
  /** Whether the objects are what a cluster will have. */
  readonly deployed: boolean;
}

export async function preview(
  objects: readonly unknown[],
  { stack, load, deployed }: Of,
): Promise<InPreview> {
  return inPreview(await foretellObjects(objects, stack, { deployed }), LOADS[load].inBatches);
}
