/** Kubernetes manifests as files: multi-document YAML or JSON. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import type { KubernetesObject } from './object.ts';

const MANIFEST = /\.(ya?ml|json)$/;

const kubernetesObject = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

const list = z.looseObject({ kind: z.literal('List'), items: z.array(z.unknown()) });

/** All objects of a manifest file, or of a directory's manifest files in order of their paths. */
export function loadManifests(path: string): KubernetesObject[] {
  const files = filesAt(path);
  if (files.length === 0) {
    throw new LabError(`${path}: holds no manifest; a file *.yaml, *.yml or *.json is wanted`);
  }
  return someOf(
    files.flatMap((file) => objectsIn(readFileSync(file, 'utf8'), file)),
    path,
  );
}

/** All objects of a manifest's text; errors name `where` it is from. */
export function parseManifests(text: string, where: string): KubernetesObject[] {
  return someOf(objectsIn(text, where), where);
}

function someOf(objects: KubernetesObject[], where: string): KubernetesObject[] {
  if (objects.length > 0) return objects;
  throw new LabError(`${where}: holds no Kubernetes object`);
}

function filesAt(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new LabError(`${path}: there is no such file or directory of manifests`);
  }
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => MANIFEST.test(name))
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

function objectsIn(text: string, file: string): KubernetesObject[] {
  const lines = new LineCounter();
  // JSON is YAML, so one parser gives both their line numbers.
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document: Document.Parsed) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const message = error.message.split(' at line ')[0] ?? '';
      throw new LabError(`${file}:${lines.linePos(error.pos[0]).line}: ${message}`);
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    return objectsOf(value, `${file}:${lines.linePos(document.contents?.range[0] ?? 0).line}`);
  });
}

function objectsOf(value: unknown, where: string): KubernetesObject[] {
  const items = list.safeParse(value);
  if (items.success) return items.data.items.flatMap((item) => objectsOf(item, where));
  const object = kubernetesObject.safeParse(value);
  if (object.success) return [object.data as KubernetesObject];
  const [issue] = object.error.issues;
  const path = issue?.path ?? [];
  const field = path.join('.');
  if (path.length === 3) {
    throw new LabError(`${where}: ${field} must be a text: put its value in quotes`);
  }
  throw new LabError(
    `${where}: ${field === '' ? 'this' : `${field} is missing, or this`} is not a Kubernetes object: ` +
      'it needs apiVersion, kind and metadata.name',
  );
}
