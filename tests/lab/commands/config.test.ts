/** The configuration of a pod's proxy. That it is what istiod makes is shown in tests/lab/istiod. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { config } from '../../../lab/commands/config.ts';
import { labHere as lab } from '../../support/labHere.ts';
import { documents } from '../../support/manifests.ts';
import { temporaryFolder } from '../../support/folder.ts';

interface Cluster {
  readonly name: string;
  readonly circuit_breakers?: { readonly thresholds: readonly object[] };
}

const OUTBOUND = 'outbound|80||pyserver.circuitbreaker.svc.cluster.local';

describe('lab config', () => {
  it("shows the client's breaker of fail-fast by istiod's name for the cluster", async () => {
    const { code, stdout, stderr } = await lab(['config', 'fail-fast', 'pyclient', 'clusters']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const clusters = JSON.parse(stdout) as Cluster[];
    const outbound = clusters.find(({ name }) => name === OUTBOUND);
    expect(outbound?.circuit_breakers?.thresholds).toMatchObject([
      { max_connections: 5, max_pending_requests: 1 },
    ]);
  });

  it("shows the same limits at the server's door", async () => {
    const clusters = JSON.parse(
      await config(['fail-fast', 'pyserver-0', 'clusters'], {}),
    ) as Cluster[];
    const inbound = clusters.find(({ name }) => name === 'inbound|5000||');
    expect(inbound?.circuit_breakers?.thresholds).toMatchObject([
      { max_connections: 5, max_pending_requests: 1 },
    ]);
  });

  it('shows all parts, or each alone', async () => {
    const all = JSON.parse(await config(['fail-fast', 'pyclient'], {})) as Record<string, unknown>;
    expect(Object.keys(all).sort()).toEqual(['clusters', 'endpoints', 'listeners', 'routes']);
    for (const [part, value] of Object.entries(all)) {
      expect(value, part).not.toEqual([]);
      expect(JSON.parse(await config(['fail-fast', 'pyclient', part], {}))).toEqual(value);
    }
  });

  it('follows --set', async () => {
    const clusters = JSON.parse(
      await config(['fail-fast', 'pyclient', 'clusters'], { set: ['maxConnections=3'] }),
    ) as Cluster[];
    expect(clusters.find(({ name }) => name === OUTBOUND)).toMatchObject({
      circuit_breakers: { thresholds: [{ max_connections: 3 }] },
    });
  });
});

describe('lab config --manifests', () => {
  const namespace = 'lab';
  const sidecar = { 'sidecar.istio.io/status': '{}' };
  const pod = (name: string, app: string, podIP: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app }, annotations: sidecar },
    spec: { containers: [{ name: 'app', image: 'nginx', ports: [{ containerPort: 5000 }] }] },
    status: { podIP, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'pyserver', namespace },
      spec: {
        selector: { app: 'pyserver' },
        ports: [{ name: 'http', port: 80, targetPort: 5000 }],
      },
    },
    pod('pyclient-7d9f-abcde', 'pyclient', '10.1.2.3'),
    pod('pyserver-5c6b-fghij', 'pyserver', '10.1.2.4'),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'pyserver-x',
        namespace,
        labels: { 'kubernetes.io/service-name': 'pyserver' },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 5000, protocol: 'TCP' }],
      endpoints: [
        {
          addresses: ['10.1.2.4'],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', name: 'pyserver-5c6b-fghij', namespace },
        },
        // An endpoint of which nothing else is given.
        { addresses: ['10.9.9.9'], conditions: { ready: true } },
      ],
    },
  ];

  it('takes Pods and EndpointSlices as they are: names, addresses, any image', async () => {
    const file = join(temporaryFolder(), 'dump.yaml');
    writeFileSync(file, documents(...(objects as Record<string, unknown>[])));
    const { code, stdout, stderr } = await lab([
      'config',
      '--manifests',
      file,
      'pyclient-7d9f',
      'endpoints',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const assignment = (JSON.parse(stdout) as { cluster_name: string }[]).find(
      ({ cluster_name }) => cluster_name === 'outbound|80||pyserver.lab.svc.cluster.local',
    );
    const addresses = [...JSON.stringify(assignment).matchAll(/"address":"([\d.]+)"/g)].map(
      ([, address]) => address,
    );
    expect(addresses).toEqual(['10.1.2.4', '10.9.9.9']);
  });
});
