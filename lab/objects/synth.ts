/**
 * The Kubernetes objects of a stack: the Pulumi program itself, evaluated under Pulumi's own mocks.
 * Nothing is deployed, and no Pulumi CLI is needed.
 */
import * as pulumi from '@pulumi/pulumi';
import { isKubernetesObject } from '../../components/inventory.ts';
import { LabError } from '../../errors/labError.ts';
import { PROJECT, type RawConfig } from '../../config/parse.ts';
import type { KubernetesObject } from './object.ts';
import { setComponent } from './origin.ts';

/** The one that runs now: Pulumi's mocks are settings of the process. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Runs the program for one stack and returns the objects in the order of their registration.
 * Runs one at a time, in the order of the calls.
 *
 * @throws LabError for configuration that the program refuses
 */
export function synthesize(stack: string, raw: RawConfig): Promise<KubernetesObject[]> {
  const objects = running.then(() => evaluate(stack, raw));
  running = objects.catch(() => undefined);
  return objects;
}

async function evaluate(stack: string, raw: RawConfig): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  const components = new Map<string, string>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (isKubernetesObject(type)) {
          const object = inputs as KubernetesObject;
          objects.push(object);
          setComponent(object, components.get(`${type} ${name}`) ?? name);
        }
        return { id: `${name}-id`, state: inputs as object };
      },
      call: ({ inputs }) => inputs as object,
    },
    PROJECT,
    stack,
    // A preview: what a run would leave is unknown, and nothing is made of it.
    true,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(raw).map(([key, value]) => [`${PROJECT}:${key}`, value])),
  );
  const { default: program } = await import('../../index.ts');
  const failure = await failureOf(() => {
    // What a resource belongs to is not among what the mocks are told.
    pulumi.runtime.registerStackTransformation(({ type, name, opts: { parent } }) => {
      const [component] = parent === undefined ? [] : namesOf(parent);
      if (component !== undefined) components.set(`${type} ${name}`, component);
      return undefined;
    });
    return program();
  });
  if (failure === undefined) return objects;
  throw isRefusal(failure) ? new LabError(failure.message) : failure;
}

/** What a component is called in the program, which the SDK keeps to itself. */
function namesOf(resource: pulumi.Resource): string[] {
  const { __name: name } = resource as { readonly __name?: unknown };
  return typeof name === 'string' ? [name] : [];
}

/** What the program says of its configuration, as opposed to a mistake in the program. */
function isRefusal(error: Error): boolean {
  return pulumi.RunError.isInstance(error) || pulumi.ResourceError.isInstance(error);
}

/**
 * Runs the program until every registration is done; what it throws is returned. Thrown on, it
 * would end the process: the stack rejects a promise of its own, too, that nobody can catch.
 */
async function failureOf(program: () => object): Promise<Error | undefined> {
  let failure: Error | undefined;
  await pulumi.runtime.runInPulumiStack(() => {
    try {
      return Promise.resolve(program());
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      return Promise.resolve(undefined);
    }
  });
  await pulumi.runtime.disconnect();
  return failure;
}
