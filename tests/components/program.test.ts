/** What the program registers, above all on the local platform. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EXPERIMENT_CONFIG_MAP } from '../../experiment/experiment.ts';
import { readStack } from '../../config/stackFiles.ts';
import circuitLab from '../../index.ts';
import { ROOT } from '../support/project.ts';
import { inputsOf, registrationsOf, treeOf } from '../support/registrations.ts';
import { all, type Deployment, LAB, type Labels, MAIN, type Metadata, run } from './program.ts';

const EXPECT = '[{"name": "answered", "status": 200, "count": [1, 2]}]';

describe('the program', () => {
  it('for fail-fast registers these resources and no others', async () => {
    const component = (kind: string): string => `circuit-lab:index:${kind}`;
    expect(new Set(treeOf(await run('fail-fast')))).toEqual(
      new Set([
        [component('MeshNamespace'), 'circuitbreaker', undefined],
        [
          'kubernetes:core/v1:Namespace',
          'circuitbreaker',
          `${component('MeshNamespace')} circuitbreaker`,
        ],
        [component('AccessLogging'), 'access-logging', undefined],
        [
          'kubernetes:telemetry.istio.io/v1:Telemetry',
          'access-logging',
          `${component('AccessLogging')} access-logging`,
        ],
        [component('Server'), 'pyserver', undefined],
        ['kubernetes:core/v1:ServiceAccount', 'pyserver', `${component('Server')} pyserver`],
        ['kubernetes:apps/v1:Deployment', 'pyserver', `${component('Server')} pyserver`],
        ['kubernetes:core/v1:Service', 'pyserver', `${component('Server')} pyserver`],
        [component('CircuitBreaker'), 'pyserver', undefined],
        [
          'kubernetes:networking.istio.io/v1:DestinationRule',
          'pyserver',
          `${component('CircuitBreaker')} pyserver`,
        ],
        [component('Client'), 'pyclient', undefined],
        ['kubernetes:core/v1:ServiceAccount', 'pyclient', `${component('Client')} pyclient`],
        ['kubernetes:apps/v1:Deployment', 'pyclient', `${component('Client')} pyclient`],
        ['kubernetes:core/v1:Service', 'pyclient', `${component('Client')} pyclient`],
        [component('ExperimentRecord'), 'experiment', undefined],
        [
          'kubernetes:core/v1:ConfigMap',
          'experiment',
          `${component('ExperimentRecord')} experiment`,
        ],
        ['command:local:Command', 'preflight', undefined],
        ['command:local:Command', 'record', undefined],
        ['pulumi:providers:kubernetes', 'local', undefined],
        [component('ExperimentRun'), 'run', undefined],
        ['command:local:Command', 'run', `${component('ExperimentRun')} run`],
      ]),
    );
  });

  it('on the local platform renders its objects, and runs them as the program has them', async () => {
    const registrations = await run('fail-fast');
    // Where to is not known before the stack has its folder: a preview must not render into it.
    const { renderYamlToDirectory } = inputsOf(registrations, 'pulumi:providers:kubernetes');
    expect(pulumi.isUnknown(renderYamlToDirectory)).toBe(true);
    const digest: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(inputsOf(registrations, 'command:local:Command', 'run')).toEqual({
      create: `exec node ${MAIN} record ${LAB}/fail-fast/run --manifests ${LAB}/fail-fast/objects.json`,
      update: 'printf %s "$PULUMI_COMMAND_STDOUT"',
      triggers: [digest],
      logging: 'stderr',
    });
    expect(existsSync(join(LAB, 'fail-fast'))).toBe(false);
  });

  it('on the local platform asks first whether this machine can run it', async () => {
    expect(inputsOf(await run('fail-fast'), 'command:local:Command', 'preflight')).toEqual({
      create: `exec node ${MAIN} preflight fail-fast`,
      update: 'true',
      triggers: ['', '', ''],
      logging: 'stderr',
    });
  });

  it('takes a folder that nobody has, and removes it in the end', async () => {
    const folder = inputsOf(await run('fail-fast'), 'command:local:Command', 'record');
    expect(folder).toMatchObject({ update: 'true', delete: `exec rm -rf ${LAB}/fail-fast` });
    expect(folder['create']).toMatch(/^test ! -e .*; exec mkdir -p .*\/\.lab\/fail-fast$/);
  });

  it('runs again when an object changes, and only then', async () => {
    const digest = async (settings: Record<string, string>): Promise<unknown> =>
      inputsOf(await run('fail-fast', settings), 'command:local:Command', 'run')['triggers'];
    const unchanged = await digest({});
    expect(await digest({})).toEqual(unchanged);
    expect(await digest({ maxConnections: '3' })).not.toEqual(unchanged);
    expect(await digest({ serverDelay: '4s' })).not.toEqual(unchanged);
    expect(await digest({ expect: EXPECT })).not.toEqual(unchanged);
    // Else it would not fail for what it has seen before.
    expect(await digest({ failOnMismatch: 'true' })).not.toEqual(unchanged);
    // Words for people.
    expect(await digest({ description: 'other words' })).toEqual(unchanged);
    expect(await digest({ seed: 'another' })).toEqual(unchanged);
    const because = EXPECT.replace('[1, 2]', '[1, 2], "because": "I saw it"');
    expect(await digest({ expect: because })).toEqual(await digest({ expect: EXPECT }));
  });

  it.each(['server', 'servicex'])('tells each %s how to treat connections', async (workload) => {
    const environments = async (settings: Record<string, string>): Promise<unknown[]> => {
      const registrations = await run('baseline', { workload, ...settings });
      return all<Deployment>(registrations, 'Deployment')
        .flatMap(({ spec }) => spec.template.spec.containers)
        .filter(({ name }) => name === 'server')
        .map(({ env }) => Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])));
    };
    const pods = workload === 'server' ? 1 : 2;
    expect(await environments({})).toMatchObject(
      Array(pods).fill({ KEEP_ALIVE: '1', BACKLOG: '511' }),
    );
    expect(await environments({ serverKeepAlive: 'false', serverBacklog: '5' })).toMatchObject(
      Array(pods).fill({ KEEP_ALIVE: '0', BACKLOG: '5' }),
    );
  });

  it('has a DestinationRule only where something is limited', async () => {
    const rules = async (stack: string): Promise<unknown[]> =>
      all(await run(stack), 'DestinationRule');
    expect(await rules('baseline')).toEqual([]);
    expect(await rules('fail-fast')).toMatchObject([
      {
        spec: {
          host: 'pyserver.circuitbreaker.svc.cluster.local',
          trafficPolicy: {
            connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } },
          },
        },
      },
    ]);
  });

  it('carries the experiment in its own objects', async () => {
    const maps = all<{ metadata: Metadata; data: Labels }>(await run('fail-fast'), 'ConfigMap');
    const record = maps.find(({ metadata }) => metadata.name === EXPERIMENT_CONFIG_MAP);
    expect(JSON.parse(record?.data['experiment.json'] ?? '')).toMatchObject({
      stack: 'fail-fast',
      serviceTime: '5s',
    });
  });

  it('refuses configuration with an error that the CLI prints without a stack, before any object', async () => {
    const seen: unknown[] = [];
    const error: unknown = await registrationsOf(
      () => {
        pulumi.runtime.registerStackTransformation(({ type }) => {
          seen.push(type);
          return undefined;
        });
        circuitLab();
      },
      { stack: 'fail-fast', config: { ...readStack(ROOT, 'fail-fast'), maxConnections: 'five' } },
    ).catch((reason: unknown) => reason);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(
      /^Pulumi\.fail-fast\.yaml: maxConnections: 'five' is not allowed\. Allowed: .*\. For example: /,
    );
    expect(seen).toEqual([]);
  });
});
