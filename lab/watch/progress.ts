/** What is told while an experiment is watched, wherever it runs. */
import type { ClientEvent } from '../../apps/contract.ts';
import type { Disturbance } from '../../experiment/observation.ts';

export type Progress =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'started'; readonly envoy: string; readonly proxies: number }
  | { readonly kind: 'client'; readonly event: ClientEvent }
  | {
      readonly kind: 'finished';
      /** So many batches have ended. */
      readonly batches: number;
      /** The first of them that was warm. */
      readonly firstWarm: number;
      /** Those that are not judged. */
      readonly disturbed: readonly Disturbance[];
    };
