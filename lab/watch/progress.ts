/** What is told while an experiment is watched, wherever it runs. */
import type { ClientEvent } from '../observation/clientLog.ts';

export type Progress =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'started'; readonly envoy: string; readonly proxies: number }
  | { readonly kind: 'client'; readonly event: ClientEvent }
  | { readonly kind: 'warm'; readonly batches: number; readonly warm: number };
