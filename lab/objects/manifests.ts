/** Kubernetes manifests as files: multi-document YAML or JSON. */
import { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import { manifestFiles, readText } from './manifestFiles.ts';
import type { KubernetesObject } from './object.ts';
import { setOrigin } from './origin.ts';
import { isDirective, readYaml, TEMPLATE, type YamlDocument } from './yaml.ts';

/** A field that is left empty in YAML is null: to an API server it is not there. */
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? undefined);

const kubernetesObject = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z
      .string()
      .nullish()
      .transform((text) => text ?? undefined),
    labels: texts,
    annotations: texts,
  }),
});

/** `List`, and what the API server itself answers with, such as `PodList`: its items may go without a kind. */
const list = z.looseObject({
  kind: z.string().regex(/List$/),
  apiVersion: z.string().optional(),
  items: z.array(z.unknown()),
});

/** A text that holds objects, and where it is from. */
export interface Text {
  readonly text: string;
  readonly where: string;
}

/** All objects of a manifest file, or of a directory's manifest files in order of their paths. */
export function loadManifests(path: string): KubernetesObject[] {
  return objectsOf(
    manifestFiles(path).map((file) => ({ text: readText(file), where: file })),
    path,
  );
}

/**
 * All objects of some texts, each of which remembers where it stands.
 *
 * @param where what all of them are, for the message that there is none
 * @throws LabError with file and line of what is no object
 */
export function objectsOf(texts: readonly Text[], where: string): KubernetesObject[] {
  const objects = texts.flatMap((text) =>
    readYaml(text.text, text.where).flatMap((document) => inDocument(document, text.where)),
  );
  if (objects.length > 0) return objects;
  throw new LabError(`${where}: holds no Kubernetes object`);
}

function inDocument(
  { value, lineOf }: YamlDocument,
  file: string,
  within: readonly PropertyKey[] = [],
): KubernetesObject[] {
  const items = list.safeParse(value);
  if (items.success) {
    const { kind, apiVersion = 'v1' } = items.data;
    const usual = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return items.data.items.flatMap((item, index) =>
      inDocument({ value: isMap(item) ? { ...usual, ...item } : item, lineOf }, file, [
        ...within,
        'items',
        index,
      ]),
    );
  }
  const lineIn = (path: readonly PropertyKey[]): number => lineOf([...within, ...path]);
  const object = kubernetesObject.safeParse(value);
  if (!object.success) throw new LabError(`${file}:${lineIn([])}: ${whyNot(value, object.error)}`);
  const found = object.data as KubernetesObject;
  const { kind, metadata } = found;
  if ([kind, metadata.name, metadata.namespace].some(isDirective)) {
    throw new LabError(`${file}:${lineIn(['metadata'])}: ${TEMPLATE}`);
  }
  setOrigin(found, { file, lineOf: lineIn });
  return [found];
}

function whyNot(value: unknown, error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const field = path.join('.');
  if (path.length === 3) return `${field} must be a text: put its value in quotes`;
  if (isMap(value) && isDirective(JSON.stringify(value['metadata'] ?? ''))) return TEMPLATE;
  return (
    `${field === '' ? 'this' : `${field} is missing, or this`} is not a Kubernetes object: ` +
    'it needs apiVersion, kind and metadata.name'
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
