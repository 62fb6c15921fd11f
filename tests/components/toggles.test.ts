/**
 * What Pulumi would do when a key is turned. It makes first and deletes last, and knows a resource
 * by its URN: an object that goes from one URN to another is deleted, by its name, after it was made.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isKubernetesObject } from '../../components/inventory.ts';
import { LabError } from '../../errors/labError.ts';
import { parseConfig } from '../../config/parse.ts';
import { projectDefaults } from '../../config/stackFiles.ts';
import circuitLab from '../../index.ts';
import { ROOT } from '../support/project.ts';
import { type Registration, registrationsOf } from '../support/registrations.ts';
import { asText, BASE, type Settings, titleOf, toggled, TOGGLES } from '../support/toggles.ts';

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const DEFAULTS = projectDefaults(ROOT);

function program(settings: Settings): Promise<Registration[]> {
  return registrationsOf(circuitLab, { config: { ...DEFAULTS, ...asText(settings) } });
}

/** The part of a URN that a program decides: the types from the outermost parent on, and the name. */
function urnsOf(registrations: readonly Registration[]): Map<Registration, string> {
  const byTypeAndName = new Map(registrations.map((each) => [`${each.type} ${each.name}`, each]));
  const typesOf = ({ type, parent }: Registration): string => {
    const above = parent === undefined ? undefined : byTypeAndName.get(parent);
    return above === undefined ? type : `${typesOf(above)}$${type}`;
  };
  return new Map(registrations.map((each) => [each, `${typesOf(each)}::${each.name}`]));
}

/** Each object of Kubernetes, as an API server or a folder of manifests tells it from others. */
function objectsWithUrns(
  registrations: readonly Registration[],
): [object: string, urn: string, aliases: readonly string[]][] {
  return [...urnsOf(registrations)]
    .filter(([{ type }]) => isKubernetesObject(type))
    .map(([{ inputs, aliases }, urn]) => {
      const { apiVersion, kind, metadata } = inputs as unknown as KubernetesObject;
      return [`${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`, urn, aliases];
    });
}

/** Asserts that no object goes from one URN to another, whichever of the programs follows which. */
function expectOneUrnEach(programs: readonly (readonly Registration[])[]): void {
  const urns = new Map<string, Map<string, readonly string[]>>();
  for (const [object, urn, aliases] of programs.flatMap(objectsWithUrns)) {
    urns.set(object, (urns.get(object) ?? new Map<string, readonly string[]>()).set(urn, aliases));
  }
  // Whichever is made, it goes by the URNs of all the others.
  const lost = [...urns].flatMap(([object, known]) =>
    [...known].flatMap(([urn, aliases]) =>
      [...known.keys()]
        .filter((other) => other !== urn && !aliases.some((alias) => alias.endsWith(`::${other}`)))
        .map((other) => [object, urn, other]),
    ),
  );
  expect(lost).toEqual([]);
  expect(urns.size).toBeGreaterThan(5);
}

describe('the table of toggles', () => {
  const declared = parse(readFileSync(join(ROOT, 'Pulumi.yaml'), 'utf8')) as {
    config: Record<string, { default: unknown }>;
  };

  it('has every key of Pulumi.yaml', () => {
    expect(new Set(TOGGLES.map(({ key }) => key))).toEqual(new Set(Object.keys(declared.config)));
  });

  it.each(TOGGLES.map((toggle) => [titleOf(toggle), toggle] as const))(
    'turns %s to another value than it had, which is allowed',
    (_, toggle) => {
      const before = { ...DEFAULTS, ...asText(BASE), ...asText(toggle.given ?? {}) };
      const after = { ...DEFAULTS, ...asText(toggled(toggle)) };
      expect(after[toggle.key]).not.toBe(before[toggle.key]);
      expect(() => parseConfig(after, 'Pulumi.test.yaml')).not.toThrow();
    },
  );
});

describe.each(['local', 'kubernetes'])('on the %s platform', (platform) => {
  const programs = new Map<string, Registration[]>();

  beforeAll(async () => {
    programs.set('base', await program({ ...BASE, platform }));
    for (const toggle of TOGGLES) {
      programs.set(titleOf(toggle), await program({ platform, ...toggled(toggle) }));
    }
  }, 120_000);

  it('an object has one URN, whatever a key says', () => {
    expectOneUrnEach([...programs.values()]);
  });

  it('every key changes what is asked of Pulumi, but for what the platform does not have', () => {
    const base = JSON.stringify(programs.get('base')?.map(({ inputs }) => inputs));
    const unchanged = TOGGLES.filter((toggle) => {
      const inputs = programs.get(titleOf(toggle))?.map((each) => each.inputs);
      return JSON.stringify(inputs) === base;
    });
    expect(unchanged.map(({ key }) => key)).toEqual(
      platform === 'local'
        ? // What only a cluster has.
          ['images', 'registry', 'installIstio', 'toolbox']
        : // Where it is already; where images are not pushed.
          ['platform', 'registry'],
    );
  });
});

it('an object has one URN on both platforms, whatever several keys say at once', async () => {
  const toggle = fc.constantFrom(...TOGGLES.filter(({ key }) => key !== 'description'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(toggle, { minLength: 2, maxLength: 5 }),
      fc.array(toggle, { minLength: 0, maxLength: 5 }),
      async (some, others) => {
        const settings = [some, others].map((toggles) =>
          toggles.reduce<Settings>(
            (all, { key, value, given }) => ({ ...all, ...given, [key]: value }),
            BASE,
          ),
        );
        fc.pre(settings.every(isAllowed));
        expectOneUrnEach([await program(settings[0] ?? {}), await program(settings[1] ?? {})]);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

function isAllowed(settings: Settings): boolean {
  try {
    parseConfig({ ...DEFAULTS, ...asText(settings) }, 'Pulumi.test.yaml');
    return true;
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}
