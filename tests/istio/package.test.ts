/**
 * Holds what is known of Istio's kinds, and what is modelled of them, against models of the same
 * CustomResourceDefinitions that others made: the package @kubernetes-models/istio.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Fields, KINDS } from '../../istio/fields.ts';
import { MODELLED } from '../../lab/mesh/policies.ts';
import { fieldPaths, schemaPaths } from './paths.ts';

/** Fields that came after the Istio 1.29 of the package, by how their paths end. */
const NEWER = [
  /\.http2KeepAlive(\.(interval|timeout))?$/,
  /\.zoneAwareLbSetting(\.|$)/,
  /\.outlierDetectionHttpErrorCodes$/,
  /\.retryBudget\.budgetInterval$/,
  /\.redirect\.prefixRewrite$/,
  /\.tls\.insecureSkipVerify$/,
  /^tracing\.disableContextPropagation$/,
  /^rules\.from\.source\.(trustDomains|notTrustDomains)$/,
];

const OPAQUE = Object.entries(KINDS)
  .filter(([, { spec }]) => spec === 'any')
  .map(([kind]) => kind);
const STRUCTURED = Object.entries(KINDS).filter(([kind]) => !OPAQUE.includes(kind));

test('what is not looked into is what Istio itself hands on', () => {
  expect(OPAQUE).toEqual(['EnvoyFilter', 'TrafficExtension', 'WasmPlugin']);
});

describe.each(STRUCTURED)('%s', (kind, { apiVersions, spec }) => {
  const own = fieldPaths(spec);
  const theirs = typePaths(kind, apiVersions[0] ?? '');

  test('has every field that the package has', () => {
    expect(theirs.length).toBeGreaterThan(2);
    expect(theirs.filter((path) => !own.includes(path))).toEqual([]);
  });

  test('has no other but newer ones', () => {
    const more = own.filter((path) => !theirs.includes(path));
    expect(
      more.filter((path) => !NEWER.some((newer) => newer.test(`.${path}`) || newer.test(path))),
    ).toEqual([]);
  });
});

test.each(Object.values(MODELLED))(
  'what is modelled of a %s is among its fields',
  (kind, schema) => {
    const known = fieldPaths(KINDS[kind]?.spec as Fields);
    const modelled = schemaPaths(schema);
    expect(modelled.length).toBeGreaterThan(0);
    expect(modelled.filter((path) => !known.includes(path))).toEqual([]);
  },
);

/** The fields of a kind's `spec` as the package's types have them. */
function typePaths(kind: string, apiVersion: string): string[] {
  const module = import.meta.resolve(`@kubernetes-models/istio/${apiVersion}/${kind}`);
  const path = fileURLToPath(module).replace(/\.js$/, '.d.ts');
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const model = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === `I${kind}`,
  ) as ts.InterfaceDeclaration;
  const spec = model.members.find((member) => nameOf(member) === 'spec');
  return spec !== undefined && ts.isPropertySignature(spec) && spec.type
    ? within(spec.type, '')
    : [];
}

function within(type: ts.TypeNode, at: string): string[] {
  if (ts.isArrayTypeNode(type)) return within(type.elementType, at);
  if (ts.isTypeReferenceNode(type)) {
    return (type.typeArguments ?? []).flatMap((one) => within(one, at));
  }
  if (ts.isParenthesizedTypeNode(type)) return within(type.type, at);
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) {
    return type.types.flatMap((one) => within(one, at));
  }
  if (!ts.isTypeLiteralNode(type)) return [];
  return type.members.flatMap((member) => {
    const isFree = ts.isIndexSignatureDeclaration(member);
    if (!isFree && !ts.isPropertySignature(member)) return [];
    const path = join(at, isFree ? '*' : nameOf(member));
    return [path, ...(member.type ? within(member.type, path) : [])];
  });
}

function nameOf({ name }: ts.TypeElement): string {
  return name !== undefined && (ts.isStringLiteral(name) || ts.isIdentifier(name)) ? name.text : '';
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
