/** What a Pulumi program registers, recorded under Pulumi's own mocks. */
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'vitest';
import { PROJECT, type RawConfig } from '../../config/parse.ts';

export interface Registration {
  readonly type: string;
  readonly name: string;
  /** `type name` of the parent; undefined directly under the stack. */
  readonly parent: string | undefined;
  /** URNs that it goes by as well. */
  readonly aliases: readonly string[];
  /** As a provider would get them: plain data, outputs resolved. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Recording {
  readonly stack?: string;
  readonly config?: RawConfig;
}

/**
 * Runs a program until everything that it asks for is registered. In the order of construction,
 * with every duplicate: an engine would refuse those, the mocks do not.
 *
 * @throws what the program throws
 */
export async function registrationsOf(
  program: () => unknown,
  { stack = 'test', config = {} }: Recording = {},
): Promise<Registration[]> {
  const constructed: Omit<Registration, 'inputs'>[] = [];
  const inputs = new Map<string, Record<string, unknown>[]>();
  const names = new Map<pulumi.Resource, string>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given }) => {
        const known = inputs.get(`${type} ${name}`) ?? [];
        inputs.set(`${type} ${name}`, [...known, given as Record<string, unknown>]);
        return { id: `${name}-id`, state: given as object };
      },
      call: ({ inputs: given }) => given as object,
    },
    PROJECT,
    stack,
    // A preview: what a command would print stays unknown.
    true,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        // A key of another namespace, such as kubernetes:context, names it.
        key.includes(':') ? key : `${PROJECT}:${key}`,
        value,
      ]),
    ),
  );
  const errors: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
      names.set(resource, `${type} ${name}`);
      const aliases = (opts.aliases ?? []).filter((alias) => typeof alias === 'string');
      constructed.push({ type, name, aliases, parent: opts.parent && names.get(opts.parent) });
      return undefined;
    });
    try {
      program();
    } catch (error) {
      // Thrown on inside the stack, it would be an unhandled rejection beside this one.
      errors.push(error);
    }
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  if (errors.length > 0) throw errors[0];
  return constructed.map((each) => ({
    ...each,
    inputs: inputs.get(`${each.type} ${each.name}`)?.shift() ?? {},
  }));
}

/** Each registration as `[type, name, parent]`. */
export function treeOf(
  registrations: readonly Registration[],
): [type: string, name: string, parent: string | undefined][] {
  return registrations.map(({ type, name, parent }) => [type, name, parent]);
}

/** The inputs of the one registration of a type, with this name where one is given. */
export function inputsOf(
  registrations: readonly Registration[],
  type: string,
  name?: string,
): Readonly<Record<string, unknown>> {
  const found = registrations.filter(
    (each) => each.type === type && (name === undefined || each.name === name),
  );
  expect(treeOf(found), `exactly one ${type} ${name ?? ''}`).toHaveLength(1);
  return found[0]?.inputs ?? {};
}

/** Asserts what Pulumi's engine would refuse, and what Pulumi's rules of naming ask for. */
export function expectSoundNames(registrations: readonly Registration[]): void {
  const keys = registrations.map(({ type, name }) => `${type} ${name}`);
  const duplicates = keys.filter((key, index) => keys.indexOf(key) !== index);
  expect(duplicates, 'names that two resources of a type share').toEqual([]);
  const strangers = registrations.filter(({ name, parent }) => {
    const parentName = parent?.split(' ')[1];
    return parentName !== undefined && !name.startsWith(parentName);
  });
  expect(treeOf(strangers), "children whose names do not start with their parent's").toEqual([]);
}
