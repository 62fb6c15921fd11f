import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { loadKubeconfig } from '../../../lab/cluster/kubeconfig.ts';
import { temporaryFolder } from '../../support/folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function kubeconfig(...names: string[]): string {
  const file = join(temporaryFolder(), 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}:6443` } })),
    users: [],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: '' } })),
    'current-context': names[0],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

it('takes the current context of the file that was named, before that of KUBECONFIG', () => {
  vi.stubEnv('KUBECONFIG', kubeconfig('from-environment'));
  expect(loadKubeconfig({}).getCurrentCluster()?.server).toBe('https://from-environment:6443');
  const named = loadKubeconfig({ kubeconfig: kubeconfig('named') });
  expect(named.getCurrentCluster()?.server).toBe('https://named:6443');
});

it('takes the context that was named', () => {
  const config = loadKubeconfig({ kubeconfig: kubeconfig('a', 'b'), context: 'b' });
  expect(config.getCurrentCluster()?.server).toBe('https://b:6443');
});

it('says where it has looked, and what there is', () => {
  expect(() => loadKubeconfig({ kubeconfig: '/nowhere/config' })).toThrow(
    'no kubeconfig: there is no /nowhere/config. Name one with --kubeconfig or KUBECONFIG',
  );
  expect(() => loadKubeconfig({ kubeconfig: kubeconfig('a', 'b'), context: 'c' })).toThrow(
    '--context c: the kubeconfig has no such context. Contexts: a, b',
  );
});

it('names the file that cannot be read', () => {
  const file = join(temporaryFolder(), 'config');
  writeFileSync(file, '{');
  expect(() => loadKubeconfig({ kubeconfig: file })).toThrow(
    `kubeconfig ${file}: cannot be read: `,
  );
});
