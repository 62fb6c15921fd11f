/** For programs: the documents as they are (`lab schema` describes each). */
import type { Format } from './format.ts';

export const json: Format = {
  alone: true,
  renderers: {
    observation: asJson,
    summary: asJson,
    comparison: asJson,
    outcomes: asJson,
    prediction: asJson,
    sweep: asJson,
    recommendation: asJson,
    recovery: asJson,
    mesh: asJson,
    lint: asJson,
    demonstration: asJson,
    list: asJson,
    doctor: asJson,
    alerts: asJson,
  },
  error: (code, message) => `${JSON.stringify({ error: { code, message } })}\n`,
};

export function asJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
