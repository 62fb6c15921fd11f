/** The documents that the commands print, and what `lab schema` says of each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { observation } from '../../../experiment/observation.ts';
import { DOCUMENT_NAMES, schemaOf } from '../../../lab/commands/schema.ts';
import { observation as observed, requests } from '../analysis/observed.ts';
import { labHere as lab } from '../../support/labHere.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** As much of JSON Schema as the observation's uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly default?: unknown;
  /** Where a text has a form that the schema has no word for. */
  readonly examples?: readonly unknown[];
  /** Of a field that must not be there. */
  readonly not?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
}

/** A document that the schema describes, with every field that it knows. */
function sample(schema: Schema): unknown {
  const [option] = schema.anyOf ?? schema.oneOf ?? [];
  if (option !== undefined) return sample(option);
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch ([schema.type].flat()[0] ?? 'integer') {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {})
        .filter(([, field]) => field.not === undefined)
        .map(([key, field]) => [key, sample(field)]);
      const free = schema.additionalProperties ? { own: sample(schema.additionalProperties) } : {};
      return { ...(Object.fromEntries(fields) as object), ...free };
    }
    case 'array':
      return schema.prefixItems?.map(sample) ?? (schema.items ? [sample(schema.items)] : []);
    case 'string':
      return schema.format === 'date-time' ? '2026-01-02T03:04:05.678Z' : '5s';
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return Math.max(1, schema.minimum ?? 1);
  }
}

type Spoilt = [what: string, document: unknown];

/** The value with one thing in it that its schema does not allow, in every way. */
function spoilt(schema: Schema, value: unknown, path = ''): Spoilt[] {
  const wrong: Spoilt = [`${path} is a map of nothing`, {}];
  const [option] = schema.anyOf ?? schema.oneOf ?? [];
  if (option !== undefined) return [wrong];
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, index) => {
      const its = schema.prefixItems?.[index] ?? (schema.items || {});
      return spoilt(its, item, `${path}.${index}`).map(([what, other]): Spoilt => [
        what,
        value.with(index, other),
      ]);
    });
    return [wrong, ...items];
  }
  if (typeof value !== 'object' || value === null) return [wrong];
  const fields = Object.entries(value) as [string, unknown][];
  const missing = (schema.required ?? [])
    // A reader may leave out what has a default; a writer never does.
    .filter((key) => schema.properties?.[key]?.default === undefined)
    .map((key): Spoilt => {
      const others = fields.filter(([other]) => other !== key);
      return [`${path}.${key} is missing`, Object.fromEntries(others)];
    });
  const below = fields.flatMap(([key, field]) =>
    spoilt(
      schema.properties?.[key] ?? (schema.additionalProperties || {}),
      field,
      `${path}.${key}`,
    ).map(([what, other]): Spoilt => [what, { ...value, [key]: other }]),
  );
  const surplus: Spoilt[] =
    schema.additionalProperties === false
      ? [[`${path}.surplus is unknown`, { ...value, surplus: 1 }]]
      : [];
  return [...missing, ...surplus, ...below];
}

describe.concurrent('lab schema', () => {
  it('prints a JSON Schema that agrees with the zod schema', async () => {
    const { code, stdout, stderr } = await lab(['schema']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const schema = JSON.parse(stdout) as Schema & { $schema: string };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');

    const document = sample(schema);
    expect(observation.safeParse(document).error).toBeUndefined();
    expect(Object.keys(document as object).sort()).toEqual(Object.keys(observation.shape).sort());
    const refused = spoilt(schema, document);
    expect(refused.length).toBeGreaterThan(100);
    const accepted = refused.filter(([, other]) => observation.safeParse(other).success);
    expect(accepted.map(([what]) => what)).toEqual([]);
  });
});

const QUICK = ['serverDelay=100ms', 'batchInterval=200ms', 'batchSize=3', 'batches=2'].flatMap(
  (setting) => ['--set', setting],
);

/** A command that prints each document. */
const COMMANDS: Readonly<Record<(typeof DOCUMENT_NAMES)[number], () => Promise<string[]>>> = {
  observation: () => Promise.resolve(['run', 'dev', '--json', ...QUICK]),
  summary: () => Promise.resolve(['run', '--only', 'dev', '--json', ...QUICK]),
  comparison: () => Promise.resolve(['compare', recorded(3), recorded(4), '--json']),
  outcomes: () => Promise.resolve(['outcomes', recorded(3), '--json']),
  prediction: () => Promise.resolve(['predict', 'dev', '--seeds', '2', '--json']),
  sweep: () =>
    Promise.resolve(['sweep', 'dev', '--vary', 'maxConnections=1,2', '--seeds', '2', '--json']),
  recommendation: () =>
    Promise.resolve([
      'recommend',
      'dev',
      '--json',
      '--seeds',
      '2',
      '--objective',
      'success >= 99%',
    ]),
  recovery: () =>
    Promise.resolve(['recover', 'dev', '--json', '--disturb', 'serverDelay=1s for 2s', ...QUICK]),
  mesh: () => Promise.resolve(['mesh', 'dev', '--json']),
  alerts: () => Promise.resolve(['alerts', 'dev', '--json']),
  demonstration: () => Promise.resolve(['lint', '--show', 'CL007', '--json']),
  lint: () => Promise.resolve(['lint', 'servicex', '--json']),
  list: () => Promise.resolve(['list', '--json']),
  doctor: () => Promise.resolve(['doctor', '--json']),
  record: async () => {
    const folder = temporaryFolder();
    const manifests = join(folder, 'objects.yaml');
    writeFileSync(manifests, (await lab(['synth', 'dev', ...QUICK])).stdout);
    return ['record', join(folder, 'run'), '--manifests', manifests];
  },
  config: () => Promise.resolve(['config', 'dev', 'pyclient']),
  error: () => Promise.resolve(['run', 'no-such-stack', '--json']),
};

/** A file with an observation of so many requests. */
function recorded(count: number): string {
  const file = join(temporaryFolder(), `${count}.json`);
  writeFileSync(file, JSON.stringify(observed({ stack: 'mine', requests: requests(count) })));
  return file;
}

describe.concurrent('the schema of', () => {
  it.each(DOCUMENT_NAMES)('%s is what the document that is printed holds to', async (name) => {
    const { stdout, stderr } = await lab(await COMMANDS[name]());
    const document = JSON.parse(name === 'error' ? stderr : stdout) as object;
    const schema = z.fromJSONSchema(
      JSON.parse(schemaOf(name)) as Parameters<typeof z.fromJSONSchema>[0],
    );
    expect(schema.safeParse(document).error).toBeUndefined();
    const more = Array.isArray(document) ? [...(document as unknown[]), {}] : { ...document, x: 1 };
    expect(schema.safeParse(more).success).toBe(false);
  });

  it('the file of an experiment allows a load in one line', () => {
    const schema = z.fromJSONSchema(
      JSON.parse(schemaOf('experiment-file')) as Parameters<typeof z.fromJSONSchema>[0],
    );
    expect(schema.safeParse({ load: 'closed(50)', behaviour: { '*': '20ms' } }).success).toBe(true);
    expect(schema.safeParse({ laod: 'closed(50)' }).success).toBe(false);
  });

  it('any other is refused', () => {
    expect(() => schemaOf('observaton')).toThrow(
      "no document 'observaton'. Did you mean 'observation'? Documents: observation, summary, " +
        'comparison, outcomes, prediction, sweep, recommendation, recovery, mesh, lint, ' +
        'demonstration, list, doctor, alerts, record, config, error',
    );
  });
});
