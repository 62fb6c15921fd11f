/** Proves that traces are of their formats, by the formats' own definitions, and say what the run says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Har } from 'har-format';
import type { Observation } from '../../../../experiment/observation.ts';
import { harOf } from '../../../../lab/report/traces/har.ts';
import { otlpLines } from '../../../../lab/report/traces/otlp.ts';
import { perfettoTrace } from '../../../../lab/report/traces/perfetto.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { failFast, failFastWith } from '../../analysis/observed.ts';

/** Every answer waited a while, the longest the longer. */
const run: Observation = failFastWith({
  requests: failFast.requests.map((one) =>
    one.refusedBy === null ? { ...one, waitedMs: Math.round((one.endedMs - one.sentMs) / 2) } : one,
  ),
});
const answered = run.requests.filter(({ waitedMs }) => waitedMs !== undefined);

const PYTHON = process.env['LAB_TEST_PYTHON'] ?? 'python3';
const CHECK = fileURLToPath(new URL('check.py', import.meta.url));

function canImport(module: string): boolean {
  const found = spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
  if (!found) {
    console.warn(
      `a trace is not checked against its protocol: ${PYTHON} has no ${module} (LAB_TEST_PYTHON)`,
    );
  }
  return found;
}

function checked(format: string, content: string | Uint8Array): Record<string, unknown> {
  const file = join(temporaryFolder(), 'trace');
  writeFileSync(file, content);
  // Whoever fetches a program of its own says so first.
  const said = execFileSync(PYTHON, [CHECK, format, file], { encoding: 'utf8' }).trimEnd();
  return JSON.parse(said.split('\n').at(-1) ?? '') as Record<string, unknown>;
}

describe("Perfetto's", () => {
  it.skipIf(!canImport('perfetto.protos.perfetto.trace.perfetto_trace_pb2'))(
    'is read by its own protocol, and tells the longest waits',
    () => {
      const { slices, longest, processor } = checked('perfetto', perfettoTrace(run));
      const lacking = 'the protocol alone has read the trace';
      if (processor === false) console.warn(`Perfetto's trace processor is not there: ${lacking}`);
      // A request, its waiting, and its serving.
      expect(slices).toBe(run.requests.length + 2 * answered.length);
      const waits = answered.map(({ waitedMs = 0 }) => waitedMs).sort((a, b) => b - a);
      expect(longest).toEqual(waits.slice(0, 3));
    },
  );
});

describe('OpenTelemetry’s', () => {
  const lines = otlpLines(run).trimEnd().split('\n');

  it('has a line for each request, with what refused it', () => {
    expect(lines).toHaveLength(run.requests.length);
    const refused = lines.filter((line) => line.includes('"circuit_lab.refused_by"'));
    expect(refused).toHaveLength(run.requests.filter(({ refusedBy }) => refusedBy !== null).length);
  });

  it.skipIf(!canImport('opentelemetry.proto.trace.v1.trace_pb2'))(
    'is of its protocol, and every span has its parent',
    () => {
      const spans = run.requests.length + 2 * answered.length;
      expect(checked('otlp', lines.join('\n'))).toEqual({ spans, orphans: 0 });
    },
  );
});

describe('an HTTP archive', () => {
  const require = createRequire(import.meta.url);
  const schemas = Object.values(require('har-schema') as Record<string, AnySchemaObject>);
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as AnySchemaObject);
  ajv.addSchema(schemas);

  it('is of its schema, and calls waiting in a pool blocked', () => {
    const har = JSON.parse(JSON.stringify(harOf(run))) as Har;
    const isValid = ajv.validate('har.json#', har);
    expect(ajv.errors).toBeNull();
    expect(isValid).toBe(true);
    expect(har.log.entries).toHaveLength(run.requests.length);
    const blocked = har.log.entries.map(({ timings }) => timings.blocked);
    expect(blocked).toEqual(run.requests.map(({ waitedMs }) => waitedMs ?? -1));
    for (const { time, timings } of har.log.entries) {
      const parts = [timings.blocked, timings.send, timings.wait, timings.receive];
      const sum = parts.reduce<number>((all, part) => all + Math.max(0, part ?? 0), 0);
      expect(sum).toBeCloseTo(time);
    }
  });
});
