import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { labHere as lab } from '../../support/labHere.ts';

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
}

/** The documents that `lab synth` prints, as a strict YAML parser reads them. */
async function synth(...args: string[]): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await lab(['synth', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const parsed = parseAllDocuments(stdout, { strict: true });
  if (!Array.isArray(parsed)) throw new Error('nothing was printed');
  expect(parsed.flatMap((document) => [...document.errors, ...document.warnings])).toEqual([]);
  return parsed.map((document) => document.toJS() as KubernetesObject);
}

describe.concurrent('lab synth', () => {
  it('prints the objects of fail-fast, what others need first', async () => {
    const objects = await synth('fail-fast');
    expect(
      objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name]),
    ).toEqual([
      ['v1', 'Namespace', 'circuitbreaker'],
      ['v1', 'ServiceAccount', 'pyclient'],
      ['v1', 'ServiceAccount', 'pyserver'],
      ['v1', 'ConfigMap', 'circuit-lab'],
      ['v1', 'Service', 'pyclient'],
      ['v1', 'Service', 'pyserver'],
      ['apps/v1', 'Deployment', 'pyclient'],
      ['apps/v1', 'Deployment', 'pyserver'],
      ['networking.istio.io/v1', 'DestinationRule', 'pyserver'],
      ['telemetry.istio.io/v1', 'Telemetry', 'access-logging'],
    ]);
    expect(objects.find(({ kind }) => kind === 'DestinationRule')?.spec).toEqual({
      host: 'pyserver.circuitbreaker.svc.cluster.local',
      trafficPolicy: {
        connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } },
      },
    });
  });

  it('turns a key by --set, without a file', async () => {
    const rules = await synth('baseline', '--set', 'maxConnections=3', '--set', 'maxRetries=0');
    expect(rules.find(({ kind }) => kind === 'DestinationRule')?.spec).toMatchObject({
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 3 } } },
    });
  });
});
