/** The formats of `--trace`: a run for the tools that people already have. */
import type { Observation } from '../../../experiment/observation.ts';

export interface TraceFormat {
  /** What its file's name ends with. */
  readonly ending: string;
  /** Where it is opened. */
  readonly openedBy: string;
  /** What it needs is loaded where it is asked for. */
  readonly of: (observation: Observation) => Promise<string | Uint8Array>;
}

export const TRACES: Readonly<Record<string, TraceFormat>> = {
  perfetto: {
    ending: '.perfetto-trace',
    openedBy: 'ui.perfetto.dev',
    of: async (observation) => (await import('./perfetto.ts')).perfettoTrace(observation),
  },
  otlp: {
    ending: '.otlp.jsonl',
    openedBy: "Jaeger's page, Upload",
    of: async (observation) => (await import('./otlp.ts')).otlpLines(observation),
  },
  har: {
    ending: '.har',
    openedBy: "a browser's Network tab",
    of: async (observation) =>
      `${JSON.stringify((await import('./har.ts')).harOf(observation), null, 2)}\n`,
  },
};
