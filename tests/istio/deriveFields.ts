/**
 * Makes `istio/fields.json` of Istio's CustomResourceDefinitions, which its API (istio.io/api) has
 * in kubernetes/customresourcedefinitions.gen.yaml and its chart `base` in files/crd-all.gen.yaml:
 *
 *     node tests/istio/deriveFields.ts <crds.yaml> >istio/fields.json
 */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Fields, Kind } from '../../istio/fields.ts';

/** What this uses of an OpenAPI schema. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: unknown;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string }[];
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: { readonly properties: { spec?: Schema } } };
    }[];
  };
}

/** Kinds that an EnvoyFilter is like: what stands in them is Envoy's affair. */
const OPAQUE = new Set(['EnvoyFilter', 'WasmPlugin', 'TrafficExtension']);

const RULES: Readonly<Record<string, string>> = {
  "duration(self) >= duration('1ms')": 'duration',
  '0 < self && self <= 65535': 'integer 1..65535',
};

/** Every kind, its fields in the notation of `istio/fields.json`, as its first version has them. */
export function kindsOf(crds: readonly Crd[]): Record<string, Kind> {
  return Object.fromEntries(
    crds
      .map(({ spec: { group, names, versions } }): [string, Kind] => {
        const schema = versions[0]?.schema.openAPIV3Schema.properties.spec ?? {};
        return [
          names.kind,
          {
            apiVersions: versions.map(({ name }) => `${group}/${name}`),
            spec: OPAQUE.has(names.kind) ? 'any' : fieldsIn(schema),
          },
        ];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function fieldsIn(schema: Schema): Fields {
  const { type, properties, items, additionalProperties, required = [] } = schema;
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, field]): [string, Fields] => [
      required.includes(name) ? `${name}!` : name,
      fieldsIn(field),
    ]);
    const choices = [schema, ...(schema.allOf ?? [])].flatMap(choiceIn);
    return Object.fromEntries([
      ...fields,
      ...choices.map((one) => [`(${one.join(' | ')})`, 'oneOf']),
    ]) as Fields;
  }
  if (type === 'array') return [fieldsIn(items ?? {})];
  if (typeof additionalProperties === 'object') return { '*': fieldsIn(additionalProperties) };
  return leaf(schema);
}

/** The fields of which an object may have one. */
function choiceIn({ oneOf = [] }: Schema): string[][] {
  const names = oneOf.flatMap(({ required = [] }) => required);
  return names.length > 1 ? [names] : [];
}

function leaf(schema: Schema): string {
  const { type = 'any', minimum, maximum } = schema;
  const rule = schema['x-kubernetes-validations']?.map((one) => RULES[one.rule]).find(Boolean);
  if (rule !== undefined) return rule;
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (type === 'object') return 'any';
  const bounds = minimum === undefined && maximum === undefined;
  return bounds ? type : `${type} ${minimum ?? ''}..${maximum ?? ''}`;
}

if (import.meta.main) {
  const text = readFileSync(process.argv[2] ?? 0, 'utf8');
  const crds = parseAllDocuments(text).map((document) => document.toJS() as Crd | null);
  const kinds = kindsOf(crds.filter((crd) => crd !== null));
  process.stdout.write(`${JSON.stringify(kinds, null, 2)}\n`);
}
