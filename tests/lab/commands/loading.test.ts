/**
 * What a command does not need, it does not load: the SDKs of Pulumi and of Kubernetes are slow to read, and
 * so is fetch.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { envoySaying, fakeProgram } from '../environment/fakes.ts';
import { PINNED_ENVOY } from '../../../envoy/pinned.ts';
import { lab } from '../../support/lab.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Says in the end which of the SDKs were asked for, and of what Node has itself, whether fetch was. */
const LISTENER = `
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  const seen = new Set();
  registerHooks({
    resolve(specifier, context, next) {
      const [, scope] = /^(@kubernetes|@pulumi)\\//.exec(specifier) ?? [];
      if (scope !== undefined) seen.add(scope);
      return next(specifier, context);
    },
  });
  process.on('exit', () => {
    if (process.moduleLoadList.some((name) => name.includes('undici'))) seen.add('fetch');
    writeSync(2, 'loaded: ' + [...seen].sort().join(' ') + '\\n');
  });
`;

async function loadedBy(args: readonly string[]): Promise<string | undefined> {
  const envoy = fakeProgram(join(temporaryFolder(), 'envoy'), envoySaying(PINNED_ENVOY));
  const { stderr } = await lab(args, {
    ENVOY_PATH: envoy,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LISTENER)}`,
  });
  return /^loaded: (.*)$/m.exec(stderr)?.[1];
}

it('no command loads an SDK before it does something: lab --help has read all of them', async () => {
  expect(await loadedBy(['--help'])).toBe('');
});

it('a local pulumi up loads no Kubernetes client', async () => {
  expect(await loadedBy(['preflight', 'dev'])).toBe('');
  const folder = temporaryFolder();
  const record = ['record', join(folder, 'run'), '--manifests', join(folder, 'nowhere.yaml')];
  expect(await loadedBy(record)).toBe('');
});

it('a cluster does, and a stack loads the program', async () => {
  const noSuch = ['--kubeconfig', join(temporaryFolder(), 'none')];
  // The client of Kubernetes wants fetch for itself.
  expect(await loadedBy(['preflight', 'dev', '--namespace', 'lab', ...noSuch])).toBe(
    '@kubernetes fetch',
  );
  expect(await loadedBy(['synth', 'dev'])).toContain('@pulumi');
});

it('a prediction loads no fetch, and no more does what runs on this machine', async () => {
  expect(await loadedBy(['predict', 'dev', '--seeds', '1'])).toBe('@pulumi');
  const nowhere = join(temporaryFolder(), 'nowhere.yaml');
  expect(await loadedBy(['run', '--manifests', nowhere])).toBe('');
});
