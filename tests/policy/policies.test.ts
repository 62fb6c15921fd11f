/** The policy pack finds in a stack's resources what the linter finds in its objects. */
import type { PolicyResource, StackValidationArgs } from '@pulumi/policy';
import { describe, expect, it } from 'vitest';
import { lintSource } from '../../lab/commands/lint.ts';
import { loadSource } from '../../lab/objects/source.ts';
import { ASKED_FOR, policies } from '../../policy/policies.ts';

interface Violation {
  readonly policy: string;
  readonly message: string;
  readonly urn: string | undefined;
}

function resource(
  props: unknown,
  index: number,
  type = 'kubernetes:apps/v1:Deployment',
): PolicyResource {
  return { type, urn: `urn:${index}`, name: `r${index}`, props } as unknown as PolicyResource;
}

async function violations(resources: readonly PolicyResource[]): Promise<Violation[]> {
  const found: Violation[] = [];
  const stack = { resources } as unknown as StackValidationArgs;
  for (const { name, validateStack } of policies()) {
    await validateStack(stack, (message, urn) => {
      found.push({ policy: name.slice(0, 5), message, urn });
    });
  }
  return found;
}

async function stackResources(stack: string): Promise<PolicyResource[]> {
  const { objects } = await loadSource(stack, {});
  return objects.map((object, index) => resource(object, index));
}

describe('the policies', () => {
  it('are one for each rule, and only an error stops an update', () => {
    const all = policies();
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(24);
    const level = (id: string): string | undefined =>
      all.find(({ name }) => name.startsWith(id))?.enforcementLevel;
    expect([level('CL003'), level('CL004'), level('CL012')]).toEqual([
      'mandatory',
      'advisory',
      'advisory',
    ]);
  });

  it.each(['fail-fast', 'servicex', 'bad-server-bypass', 'three-clients-one-server', 'baseline'])(
    'find in %s what lab lint finds, and name the resource',
    async (stack) => {
      const { findings } = (await lintSource(stack, {})).report;
      const resources = await stackResources(stack);
      const found = await violations(resources);
      expect(found.map(({ policy }) => policy)).toEqual(findings.map(({ rule }) => rule).sort());
      for (const { message, urn } of found) {
        const { props } = resources[Number(urn?.slice(4))] ?? {};
        expect(message).toContain(`${String(props?.['kind'])} circuitbreaker/`);
      }
    },
  );

  it('see in a preview what was asked for, where providers tell nothing of the stack yet', async () => {
    const resources = (await stackResources('servicex')).map((one) => ({
      ...one,
      urn: `asked ${one.urn}`,
    }));
    for (const { urn, props } of resources) ASKED_FOR.validateResource({ urn, props });
    const found = await violations(resources.map((one) => ({ ...one, props: {} })));
    expect(found.map(({ policy }) => policy)).toContain('CL003');
  });

  it('look past what is not known in a preview, and past what is no object', async () => {
    const resources = await stackResources('servicex');
    const unknown = new Proxy(
      { kind: 'Service', apiVersion: 'v1' },
      {
        get: (of, key) => {
          if (key === 'apiVersion') throw new Error("string value at .apiVersion can't be known");
          return Reflect.get(of, key) as unknown;
        },
      },
    );
    const more = [
      resource(unknown, 98),
      resource({}, 97, 'kubernetes:helm.sh/v4:Chart'),
      resource({ kind: 'x' }, 99, 'circuit-lab:index:Server'),
    ];
    const found = await violations([...more, ...resources]);
    expect(found.map(({ policy }) => policy)).toEqual(['CL003', 'CL004']);
    expect(await violations([])).toEqual([]);
  });

  it('say what cannot be judged, once', async () => {
    const spec = { host: 'a', trafficPolicy: { loadBalancer: 'RANDOM' } };
    const apiVersion = 'networking.istio.io/v1';
    const rule = { apiVersion, kind: 'DestinationRule', metadata: { name: 'a' }, spec };
    expect(await violations([resource(rule, 0)])).toMatchObject([
      {
        policy: 'CL000',
        message: expect.stringMatching(/^cannot be judged: DestinationRule/) as unknown,
      },
    ]);
  });
});
