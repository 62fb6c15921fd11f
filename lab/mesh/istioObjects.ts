/**
 * Istio's objects: what an API server with Istio's CustomResourceDefinitions refuses is refused, what
 * Istio's own validation refuses beyond that is passed over and said, and so is every field that
 * Istio knows and no schema here models.
 */
import type { z } from 'zod';
import { didYouMean } from '../../errors/didYouMean.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import { brokenRules } from '../../istio/crdRules.ts';
import { istioSchema, KINDS } from '../../istio/fields.ts';
import { partBy } from '../../istio/modelled.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { placeOf } from '../objects/origin.ts';
import { nameOf, namespaceOf, parseField } from '../objects/parse.ts';
import type { Resource } from './model.ts';
import { unmodelled } from './unmodelled.ts';

/** What was read of the objects of one kind. */
export interface Reading<Spec> {
  readonly resources: readonly Resource<Spec>[];
  readonly leftOut: readonly LeftOut[];
}

/** Kinds of the Gateway API and others share a name with Istio's: the group decides. */
export function isIstio(object: KubernetesObject): boolean {
  return /^[a-z]+\.istio\.io\//.test(object.apiVersion);
}

const GROUPS = new Set(
  Object.values(KINDS).flatMap(({ apiVersions }) => apiVersions.map((one) => groupOf(one))),
);

function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? '';
}

const FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

/**
 * Those of Istio's API.
 *
 * @throws LabError for what an API server with Istio's kinds would not take
 */
export function acceptedIstio(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const own = objects.filter((object) => isIstio(object) && GROUPS.has(groupOf(object.apiVersion)));
  own.forEach(refuseUnaccepted);
  return own;
}

function refuseUnaccepted(object: KubernetesObject): void {
  const known = KINDS[object.kind];
  if (known === undefined) {
    refuse(
      object,
      ['kind'],
      `is no kind of Istio's. ${didYouMean(object.kind, Object.keys(KINDS))}`,
    );
  }
  if (!known.apiVersions.includes(object.apiVersion)) {
    const allowed = known.apiVersions.join(', ');
    refuse(
      object,
      ['apiVersion'],
      `apiVersion is '${object.apiVersion}': must be one of ${allowed}`,
    );
  }
  const stranger = Object.keys(object).find((field) => !FIELDS.has(field));
  if (stranger !== undefined) {
    const hint = didYouMean(stranger, [...FIELDS]);
    refuse(object, [stranger], `${stranger} is not a field known here. ${hint}`);
  }
  // The schemas say what must be in a spec, not that there must be one.
  if (object['spec'] !== undefined) parseField(object, 'spec', istioSchema(known));
  const [broken] = brokenRules(object.kind, object['spec']);
  if (broken !== undefined) {
    const path = ['spec', ...broken.path.map(String)];
    refuse(object, path, `${path.join('.')}: ${broken.error}`);
  }
}

function refuse(object: KubernetesObject, path: readonly string[], what: string): never {
  const parts = [placeOf(object, path), nameOf(object), what];
  throw new LabError(parts.filter((part) => part !== undefined).join(': '));
}

/** @param objects that were accepted */
export function readKind<S extends z.ZodType>(
  objects: readonly KubernetesObject[],
  kind: string,
  schema: S,
): Reading<z.infer<S>> {
  const readings = objects
    .filter((object) => object.kind === kind)
    .map((object) => read(object, schema));
  return {
    resources: readings.flatMap(({ resources }) => resources),
    leftOut: readings.flatMap(({ leftOut }) => leftOut),
  };
}

function read<S extends z.ZodType>(object: KubernetesObject, schema: S): Reading<z.infer<S>> {
  const { modelled, others } = partBy(schema, object['spec'] ?? {}, 'spec');
  const result = schema.safeParse(modelled);
  if (!result.success) {
    const reasons = problems(result.error, modelled, schema, ['spec']).join('; ');
    return {
      resources: [],
      leftOut: [
        {
          object: nameOf(object),
          sentence: `Istio's validation refuses it, so it does nothing: ${reasons}`,
          mayChangeOutcomes: true,
        },
      ],
    };
  }
  return {
    resources: [
      {
        name: object.metadata.name,
        namespace: namespaceOf(object),
        labels: object.metadata.labels ?? {},
        spec: result.data,
      },
    ],
    leftOut: others.map((field) => ({
      object: nameOf(object),
      field,
      ...unmodelled(object.kind, field),
    })),
  };
}
