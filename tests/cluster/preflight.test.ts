/** `lab preflight`, which `pulumi up` calls before it makes anything in a cluster. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { lab } from '../support/lab.ts';
import {
  createNamespace,
  kubectlOrThrow,
  namespaceFor,
  removeNamespace,
  writeStrangersKubeconfig,
} from './kubectl.ts';
import { temporaryFolder } from '../support/folder.ts';

const NAMESPACE = namespaceFor('preflight');
const FREE = `${NAMESPACE}-free`;
const skipped = inject('noCluster') !== '';

describe.skipIf(skipped)('lab preflight', () => {
  const folder = temporaryFolder();
  beforeAll(() => createNamespace(NAMESPACE));
  afterAll(async () => {
    await removeNamespace(NAMESPACE);
  });

  const preflight = (namespace: string, ...more: string[]): ReturnType<typeof lab> =>
    lab(['preflight', 'fail-fast', '--namespace', namespace, ...more]);

  it('has nothing against a free namespace, and makes none', async () => {
    expect(await preflight(FREE)).toMatchObject({ code: 0, stdout: '' });
    expect(await preflight(FREE)).toMatchObject({ code: 0 });
  });

  it('names the namespace that is taken', async () => {
    const { code, stderr } = await preflight(NAMESPACE);
    expect(stderr).toMatch(/^stack fail-fast: namespace \S+ is in the cluster at \S+ already/);
    expect(code).toBe(2);
  });

  it('names what a user may not do', async () => {
    const file = join(folder, 'kubeconfig');
    await writeStrangersKubeconfig(NAMESPACE, file);
    const { code, stderr } = await preflight(FREE, '--kubeconfig', file);
    expect(stderr).toMatch(
      /^stack fail-fast: not permitted to read namespace .* Have a Role bound/,
    );
    expect(code).toBe(2);
  });

  it('says where no cluster answers', async () => {
    const view = await kubectlOrThrow(['config', 'view', '--raw', '--minify', '-o', 'json']);
    const file = join(folder, 'nowhere');
    // Port 1 of this machine: nobody listens there.
    writeFileSync(file, view.replace(/"server": *"[^"]*"/, '"server": "https://127.0.0.1:1"'));
    const { code, stderr } = await preflight(FREE, '--kubeconfig', file);
    expect(stderr).toMatch(
      /^stack fail-fast: the cluster at https:\/\/127\.0\.0\.1:1 does not answer/,
    );
    expect(code).toBe(2);
  });
});
