/**
 * The predictor, for the program: loaded while Pulumi is busy with what was registered, as it takes
 * longer to load than to ask.
 */
import { enableCompileCache } from 'node:module';
import { toLoad } from './environment/bundled.ts';
import { COMPILE_CACHE } from './environment/compileCache.ts';
import type * as predictor from './preview.ts';
import type { InPreview } from './report/foretold.ts';

/** Begins to load the predictor; what is returned asks it. */
export function foretellerOf(
  of: predictor.Of,
): (objects: readonly unknown[]) => Promise<InPreview> {
  enableCompileCache(COMPILE_CACHE);
  const loading = import(toLoad('lab/preview.ts').href) as Promise<typeof predictor>;
  // Whoever asks hears of it.
  loading.catch(() => undefined);
  return async (objects) => (await loading).preview(objects, of);
}
