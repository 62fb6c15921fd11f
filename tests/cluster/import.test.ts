/** A namespace of a real API server comes back as a folder that runs as the original does: read only. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { observation } from '../../experiment/observation.ts';
import { importNamespace } from '../../lab/commands/import.ts';
import { understand } from '../../lab/commands/prepare.ts';
import { viewOf } from '../../lab/mesh/view.ts';
import type { KubernetesObject } from '../../lab/objects/object.ts';
import { destinationRule, documents, objects as whole } from '../support/manifests.ts';
import { temporaryFolder } from '../support/folder.ts';
import { lab } from '../support/lab.ts';
import { apply, createNamespace, namespaceFor, removeNamespace } from './kubectl.ts';

const NAMESPACE = namespaceFor('import');
const skipped = inject('noCluster') !== '';

const rule = destinationRule({
  host: 'pyserver',
  trafficPolicy: {
    connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } },
    outlierDetection: { consecutive5xxErrors: 100, interval: '1s' },
  },
});
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'hidden', namespace: 'lab' },
  stringData: { a: 'b' },
};

const given = [...Object.values(whole), rule].map(
  (object) =>
    JSON.parse(
      JSON.stringify(object).replaceAll('"lab"', JSON.stringify(NAMESPACE)),
    ) as KubernetesObject,
);

/** A way to the cluster that notes what goes over it. */
async function recordingProxy(): Promise<{
  kubeconfig: string;
  calls: string[];
  close: () => void;
}> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const target = new URL(config.getCurrentCluster()?.server ?? '');
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const calls: string[] = [];
  const server = http.createServer((request, response) => {
    calls.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { method, url, headers } = request;
    const asked = https.request(
      {
        ...options,
        host: target.hostname,
        port: target.port,
        method,
        path: url,
        headers: Object.assign({}, headers, options.headers, { host: target.host }),
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = join(temporaryFolder(), 'config');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'a',
          cluster: {
            'insecure-skip-tls-verify': true,
            server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          },
        },
      ],
      users: [{ name: 'a', user: {} }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }),
  );
  return { kubeconfig, calls, close: () => server.close() };
}

/** Batches in which the pools grow. */
const COLD = 4;

/** How many of each warm batch of ten are answered on real Envoys, where the machine let them. */
async function answeredOf(folder: string): Promise<number[]> {
  const { stdout, stderr } = await lab([
    ...['run', '--manifests', folder, '--load', 'batch(10, every=2s, url=http://pyserver/index)'],
    ...['--time-scale', '0.5', '--batches', '7', '--json'],
  ]);
  if (stdout === '') throw new Error(stderr);
  const { requests, disturbed, faults } = observation.parse(JSON.parse(stdout));
  expect(faults).toEqual([]);
  const isFit = ({ batch }: { readonly batch: number }): boolean =>
    batch >= COLD && disturbed.every((one) => one.batch !== batch);
  const byBatch = Map.groupBy(requests.filter(isFit), ({ batch }) => batch);
  return [...byBatch.values()].map((own) => own.filter(({ status }) => status === 200).length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.skipIf(skipped)('lab import', () => {
  beforeAll(async () => {
    await createNamespace(NAMESPACE, ['istio-injection=enabled']);
    const { code, stderr } = await apply([
      ...given,
      { ...secret, metadata: { name: 'hidden', namespace: NAMESPACE } },
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
  });
  afterAll(() => removeNamespace(NAMESPACE));

  it('makes a folder whose mesh is the original one, by reading alone', async ({ skip }) => {
    const proxy = await recordingProxy();
    const out = join(temporaryFolder(), 'out');
    const said = await importNamespace({ namespace: NAMESPACE, out, kubeconfig: proxy.kubeconfig });
    proxy.close();
    expect(said).toContain('destinationrule-pyserver.yaml');
    expect(proxy.calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
    expect(proxy.calls.filter((call) => /secrets/i.test(call))).toEqual([]);
    expect(proxy.calls.length).toBeGreaterThan(10);

    const before = join(temporaryFolder(), 'before');
    mkdirSync(before);
    writeFileSync(join(before, 'all.yaml'), documents(...given));
    const [original, imported] = await Promise.all(
      [before, out].map(async (folder) => {
        const { mesh } = await understand(undefined, { manifests: folder, strict: true });
        return viewOf(mesh, { name: '', digest: '' });
      }),
    );
    expect(imported).toEqual(original);
    const [ran, ranImported] = [await answeredOf(before), await answeredOf(out)];
    skip(ran.length === 0 || ranImported.length === 0, 'the machine was too busy');
    // Of ten, five at once and one from the queue: one more or less by the workers of the proxies.
    for (const answered of [...ran, ...ranImported]) expect([4, 5, 6, 7, 8]).toContain(answered);
    expect(Math.abs(mean(ran) - mean(ranImported))).toBeLessThanOrEqual(1);
    const text = readFileSync(join(out, 'deployment-pyserver.yaml'), 'utf8');
    expect(text).not.toMatch(/managedFields|status:|uid:|terminationMessagePath|resourceVersion/);
  });

  it('says that there is no such namespace, and that a folder is taken', async () => {
    const out = join(temporaryFolder(), 'none');
    await expect(importNamespace({ namespace: 'nowhere', out })).rejects.toThrow(
      'has no such namespace',
    );
    mkdirSync(out);
    writeFileSync(join(out, 'a.yaml'), '');
    await expect(importNamespace({ namespace: NAMESPACE, out })).rejects.toThrow(
      'holds files already',
    );
  });
});
