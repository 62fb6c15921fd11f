/**
 * The predictor, for the program: loaded while Pulumi is busy with what was registered, as it takes
 * longer to load than to ask.
 */
import { enableCompileCache } from 'node:module';
import { LOADS, type LoadMode } from '../apps/contract.ts';
import { toLoad } from './environment/bundled.ts';
import { COMPILE_CACHE } from './environment/compileCache.ts';
import type * as foretell from './predict/foretell.ts';
import type * as foretold from './report/foretold.ts';

/** What a run will show: for people, line by line, and for outputs, by outcome. */
interface InPreview {
  readonly lines: readonly string[];
  readonly prediction: Readonly<Record<string, string>>;
}

interface Of {
  readonly stack: string;
  readonly load: LoadMode;
  /** Whether the objects are what a cluster will have. */
  readonly deployed: boolean;
}

/** Begins to load the predictor; what is returned asks it. */
export function foretellerOf({
  stack,
  load,
  deployed,
}: Of): (objects: readonly unknown[]) => Promise<InPreview> {
  enableCompileCache(COMPILE_CACHE);
  const loading = Promise.all([
    import(toLoad('lab/predict/foretell.ts').href) as Promise<typeof foretell>,
    import(toLoad('lab/report/foretold.ts').href) as Promise<typeof foretold>,
  ]);
  // Whoever asks hears of it.
  loading.catch(() => undefined);
  return async (objects) => {
    const [{ foretellObjects }, { inPreview }] = await loading;
    return inPreview(await foretellObjects(objects, stack, { deployed }), LOADS[load].inBatches);
  };
}
