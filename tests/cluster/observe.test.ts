/** `lab observe`, on pods that really run; there is no istiod, so it has to say what it cannot see. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { join } from 'node:path';
import { partsOf } from '../../book/outputs/parts.ts';
import { SHOWN } from '../../book/outputs/shown.ts';
import { observation as schema } from '../../experiment/observation.ts';
import { expectShown } from '../book/checkOutputs.ts';
import { lab, startLab } from '../support/lab.ts';
import { until } from '../lab/local/support.ts';
import { deploy, rolledOut, settingsOf } from './deployed.ts';
import { imageTool } from './imageTool.ts';
import {
  kubectlOrThrow,
  podsOf,
  removeNamespace,
  namespaceFor,
  writeStrangersKubeconfig,
} from './kubectl.ts';
import { weakLink } from './weakLink.ts';
import { temporaryFolder } from '../support/folder.ts';

const NAMESPACE = namespaceFor('observe');
const skipped = inject('noCluster') !== '' || imageTool === undefined;
const settings = settingsOf(NAMESPACE).flatMap((setting) => ['--set', setting]);
const observe = ['observe', 'baseline', ...settings];

const PAGE = 'docs/platforms.md';
const SHOWN_HERE = (SHOWN[PAGE] ?? []).filter(({ command }) => command.includes('observe'));

describe.skipIf(skipped)('lab observe', () => {
  const folder = temporaryFolder();
  beforeAll(() => deploy(NAMESPACE));
  afterAll(async () => {
    await removeNamespace(NAMESPACE);
  });

  it('reads whole batches from the clients, and says that there are no sidecars', async () => {
    const { code, stdout, stderr } = await lab([...observe, '--batches', '2', '--json']);
    expect(stdout, stderr).not.toBe('');
    const seen = schema.parse(JSON.parse(stdout));
    expect(seen).toMatchObject({
      source: 'cluster',
      batches: 2,
      faults: [],
      proxies: [],
      versions: { envoy: null, istio: null },
      leftOut: [
        {
          sentence: expect.stringMatching(
            /^no sidecars: nothing in this cluster acts on /,
          ) as string,
        },
      ],
    });
    expect(seen.requests).toHaveLength(20);
    const client = (await podsOf(NAMESPACE, 'app=pyclient'))[0];
    for (const request of seen.requests) {
      expect(request).toMatchObject({
        client: `${NAMESPACE}/${client ?? ''}`,
        status: 200,
        refusedBy: null,
      });
      expect(request.endedMs - request.sentMs).toBeGreaterThanOrEqual(990);
    }
    expect(code).toBe(0);
  });

  it.for(SHOWN_HERE)('prints what the book shows: $command', async (shown, context) => {
    // The book's namespace is the stack's own, of which a cluster has one.
    const words = shown.command.replace('npm run lab -- ', '').split(' ');
    const own = words.includes('baseline') ? settings : [];
    const { stdout, stderr } = await lab([...words, ...own]);
    expectShown(PAGE, shown, partsOf(`${stderr}\n${stdout}`, shown.parts), context);
  });

  it('reports a pod that is replaced, goes on with the new one, and does not hold', async () => {
    const running = startLab([...observe, '--batches', '4', '--json'], temporaryFolder());
    await until('a batch was seen', () => running.stderr().includes('batch 1:'));
    const [pod = ''] = await podsOf(NAMESPACE, 'app=pyclient');
    await kubectlOrThrow(['-n', NAMESPACE, 'delete', 'pod', pod, '--wait=false']);
    const { code, stdout, stderr } = await running.ended;
    expect(stdout, stderr).not.toBe('');
    const seen = schema.parse(JSON.parse(stdout));
    expect(seen.faults).toContain(`pod ${NAMESPACE}/${pod} is gone`);
    expect(seen.batches).toBe(4);
    expect(new Set(seen.requests.map(({ client }) => client)).size).toBe(2);
    expect(seen.requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(seen.verdict.outcome).toBe('does not hold');
    expect(code).toBe(1);
    await rolledOut(NAMESPACE, 'pyclient');
  });

  it('takes a log up again that broke off, losing nothing, and reports it', async () => {
    const file = join(folder, 'weak');
    const link = await weakLink(file);
    const args = [...observe, '--batches', '3', '--json', '--kubeconfig', file];
    const running = startLab(args, temporaryFolder());
    await until('a batch was seen', () => running.stderr().includes('batch 1:'));
    link.interrupt();
    const { code, stdout, stderr } = await running.ended;
    link.cut();
    expect(stdout, stderr).not.toBe('');
    const seen = schema.parse(JSON.parse(stdout));
    expect(seen.batches).toBe(3);
    expect(seen.requests).toHaveLength(30);
    expect(new Set(seen.requests.map(({ id }) => id)).size).toBe(30);
    expect(seen.faults.join()).toMatch(
      /^the log of pod \S+\/pyclient-\S+, container client, broke off/,
    );
    expect(code).toBe(1);
  });

  it('ends when the cluster goes away, with what it has seen until then', async () => {
    const file = join(folder, 'cut');
    const link = await weakLink(file);
    const args = [...observe, '--batches', '9', '--json', '--kubeconfig', file];
    const running = startLab(args, temporaryFolder());
    await until('a batch was seen', () => running.stderr().includes('batch 1:'));
    link.cut();
    const { code, stdout, stderr } = await running.ended;
    expect(stdout, stderr).not.toBe('');
    const seen = schema.parse(JSON.parse(stdout));
    expect(seen.batches).toBeGreaterThanOrEqual(1);
    expect(seen.batches).toBeLessThan(9);
    expect(seen.faults.join()).toMatch(/the cluster at \S+ does not answer/);
    expect(code).toBe(1);
  });

  it('names what the cluster has otherwise than the stack', async () => {
    const { code, stderr } = await lab([...observe, '--set', 'batchSize=3']);
    expect(stderr).toMatch(
      /^stack baseline: Deployment \S+\/pyclient in the cluster is not the stack's: .*BATCH_SIZE.*"10" there and "3" here\. Deploy what is here/,
    );
    expect(code).toBe(2);
  });

  it('names the namespace, or the object, that is not there', async () => {
    const elsewhere = await lab([...observe, '--set', 'namespace=circuit-lab-test-nowhere']);
    expect(elsewhere.stderr).toMatch(
      /^stack baseline: the cluster at \S+ has no namespace circuit-lab-test-nowhere: deploy/,
    );
    const more = await lab([...observe, '--set', 'maxConnections=5']);
    expect(more.stderr).toMatch(/^stack baseline: the cluster at \S+ has no DestinationRule \S+: /);
    expect([elsewhere.code, more.code]).toEqual([2, 2]);
  });

  it('names what a user may not do', async () => {
    const file = join(folder, 'kubeconfig');
    await writeStrangersKubeconfig(NAMESPACE, file);
    const { code, stderr } = await lab([...observe, '--kubeconfig', file]);
    expect(stderr).toMatch(/^stack baseline: not permitted to read namespace .* Have a Role bound/);
    expect(code).toBe(2);
  });

  it("gives a pod's own reason where it cannot become ready", async () => {
    const image = ['-n', NAMESPACE, 'set', 'image', 'deployment/pyserver'];
    await kubectlOrThrow([...image, '*=circuit-lab-server:absent']);
    const absent = ['--set', 'serverImage=circuit-lab-server:absent'];
    const { code, stderr } = await lab([...observe, ...absent]);
    expect(stderr).toMatch(
      /stack baseline: pod \S+\/pyserver-\S+ is not ready: container \S+: (ErrImagePull|ImagePullBackOff): .*Build and push the image/s,
    );
    expect(code).toBe(2);
  });
});
