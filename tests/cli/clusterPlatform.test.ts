/**
 * A stack's life on the kubernetes platform, from `pulumi up` to `pulumi destroy`, on the cluster of
 * KUBECONFIG. That has no istiod, so `injection` is off and nothing is refused. The tests go on from
 * one another, in their order.
 */
import { beforeAll, expect, inject, it } from 'vitest';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { buildImages, CLIENT_IMAGE, SERVER_IMAGE } from '../cluster/image.ts';
import { imageTool } from '../cluster/imageTool.ts';
import { kubectl, kubectlOrThrow, namespaceFor } from '../cluster/kubectl.ts';
import { describeWith, Project, QUICK } from './support.ts';

const { KUBECONFIG } = process.env;
const NAMESPACE = namespaceFor('up');
const EXPECT = [{ name: 'all answer', status: 200, count: [10, 10] }];
const CONFIG = {
  ...QUICK,
  platform: 'kubernetes',
  namespace: NAMESPACE,
  injection: false,
  serverImage: SERVER_IMAGE,
  clientImage: CLIENT_IMAGE,
  batchInterval: '2s',
  expect: EXPECT,
};
const LIMIT_MS = 300_000;

const describeWithCluster = describeWith(
  'a pulumi on PATH, a cluster (KUBECONFIG) and a way to put images into it',
  inject('pulumiCli') && KUBECONFIG !== undefined && imageTool !== undefined,
);

describeWithCluster('a stack on the kubernetes platform', () => {
  const project = new Project('quick', CONFIG, { KUBECONFIG });
  const before = project.files();

  beforeAll(buildImages);

  it(
    'is made by pulumi up, which observes ten requests that all answer',
    async () => {
      await project.run('pulumi', ['stack', 'init', 'quick']);
      await project.succeed('up', '--yes');
      expect(await project.json('stack', 'output')).toMatchObject({
        verdict: 'holds: 3 of 3 checks',
        outcomes: { '200 after 200ms': '10 10' },
        refusals: {},
        observation: `${project.folder}/.lab/quick/run/observation.json`,
        namespace: NAMESPACE,
      });
      const seen = observationSchema.parse(
        JSON.parse(project.text('.lab/quick/run/observation.json')),
      );
      expect(seen).toMatchObject({ source: 'cluster', batches: 2, faults: [] });
      expect(seen.requests.map(({ status }) => status)).toEqual(Array(20).fill(200));
      // It was there before the client sent anything: pools, if there were any, were cold.
      expect(seen.requests[0]?.sentMs).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'does not change, and observes nothing, in a second pulumi up',
    async () => {
      const written = project.writtenAt('.lab/quick/run/observation.json');
      expect(await project.succeed('up', '--yes')).toMatch(/Resources:\n\s+\d+ unchanged\n/);
      expect(project.writtenAt('.lab/quick/run/observation.json')).toBe(written);
      expect(await project.succeed('refresh', '--yes')).toMatch(/Resources:\n\s+\d+ unchanged\n/);
    },
    LIMIT_MS,
  );

  it(
    'shows in a preview the limit that changes, the client that begins anew, and the run',
    async () => {
      project.configure({ ...CONFIG, maxConnections: 3 });
      const changes = await project.changes();
      expect(Object.keys(changes).toSorted()).toEqual([
        'replace command:local:Command run',
        'update kubernetes:apps/v1:Deployment pyclient',
        'update kubernetes:networking.istio.io/v1:DestinationRule pyserver',
      ]);
      expect(changes['update kubernetes:apps/v1:Deployment pyclient']).toEqual([
        'spec.template.metadata.annotations.circuit-lab/measures',
      ]);
    },
    LIMIT_MS,
  );

  it(
    'leaves nothing behind after pulumi destroy, neither here nor there',
    async () => {
      await project.succeed('destroy', '--yes');
      expect((await kubectl(['get', 'namespace', NAMESPACE])).stderr).toMatch(/NotFound/);
      const left = Object.keys(project.files()).filter((path) => path.startsWith('.lab'));
      expect(left).toEqual([]);
      expect(Object.keys(before)).toEqual(expect.arrayContaining(Object.keys(project.files())));
    },
    LIMIT_MS,
  );

  it(
    'is refused, and touches nothing, in a namespace of somebody else',
    async () => {
      await kubectlOrThrow(['create', 'namespace', NAMESPACE]);
      try {
        const { code, stdout, stderr } = await project.pulumi('up', '--yes');
        expect(code).not.toBe(0);
        expect(stdout + stderr).toContain(`namespaces "${NAMESPACE}" already exists`);
        const all = await kubectlOrThrow(['-n', NAMESPACE, 'get', 'deployments', '-o', 'name']);
        expect(all).toBe('');
        await project.succeed('destroy', '--yes');
        expect((await kubectl(['get', 'namespace', NAMESPACE])).code).toBe(0);
      } finally {
        await kubectlOrThrow(['delete', 'namespace', NAMESPACE, '--timeout=120s']);
      }
    },
    LIMIT_MS,
  );

  it(
    'renders on the local platform what kubectl applies as it is',
    async () => {
      project.configure({ ...QUICK, namespace: NAMESPACE });
      await project.succeed('up', '--yes');
      const manifests = `${project.folder}/.lab/quick/manifests`;
      // A dry run makes no namespace for what lives in it.
      await kubectlOrThrow(['create', 'namespace', NAMESPACE]);
      try {
        const { code, stdout, stderr } = await kubectl([
          ...['apply', '--server-side', '--validate=strict', '--dry-run=server'],
          ...['--force-conflicts', '--recursive', '--filename', manifests],
        ]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const rendered = Object.keys(project.files()).filter((path) =>
          path.startsWith('.lab/quick/manifests/'),
        );
        expect(stdout.trim().split('\n')).toHaveLength(rendered.length);
        expect(rendered.length).toBeGreaterThan(8);
      } finally {
        await kubectlOrThrow(['delete', 'namespace', NAMESPACE, '--timeout=120s']);
        await project.succeed('destroy', '--yes');
      }
    },
    LIMIT_MS,
  );
});
