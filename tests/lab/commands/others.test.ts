/** `lab doctor`, `lab schema` and the help. */
import { describe, expect, it } from 'vitest';
import { observation } from '../../../experiment/observation.ts';
import { lab } from '../../support/lab.ts';

/** As much of JSON Schema as the observation's uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly default?: unknown;
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

describe.concurrent('lab doctor', () => {
  it('says what is there and what each is for, and ends well where the lab can run', async () => {
    const { code, stdout, stderr } = await lab(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['Node', 'Python with pip', 'Envoy', 'Pulumi CLI', 'kubectl', 'a cluster']) {
      expect(stdout).toMatch(new RegExp(`^${name} {2,}\\S`, 'm'));
    }
    expect(stdout).toContain(process.versions.node);
    expect(stdout).toMatch(/The local platform has everything that it needs\.\n$/);
  });

  it('ends with 2 where an Envoy is named that is none', async () => {
    const { code, stdout } = await lab(['doctor'], { ENVOY_PATH: '/nowhere/envoy' });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^Envoy +MISSING/m);
    expect(stdout).toContain('ENVOY_PATH is /nowhere/envoy');
  });
});

describe.concurrent('lab --help', () => {
  it('lists the commands on standard output', async () => {
    const { code, stdout, stderr } = await lab(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['run', 'synth', 'config', 'doctor', 'schema']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  it('is what a call without a command is told, as an error', async () => {
    const { code, stdout, stderr } = await lab([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: lab /);
  });
});
