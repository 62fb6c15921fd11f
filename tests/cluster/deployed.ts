/** An experiment that is really deployed, from images made of apps/. */
import { loadSource } from '../../lab/objects/source.ts';
import { buildImages, CLIENT_IMAGE, SERVER_IMAGE } from './image.ts';
import { apply, createNamespace, kubectlOrThrow } from './kubectl.ts';

/** Short times; without sidecars, as the test cluster has no istiod. */
export function settingsOf(namespace: string): string[] {
  return [
    `namespace=${namespace}`,
    'injection=false',
    `serverImage=${SERVER_IMAGE}`,
    `clientImage=${CLIENT_IMAGE}`,
    'serverDelay=1s',
    'batchInterval=2s',
    'requestTimeout=10s',
  ];
}

/** Deploys the stack `baseline` and waits until its pods are ready. */
export async function deploy(namespace: string, more: readonly string[] = []): Promise<void> {
  buildImages();
  await createNamespace(namespace);
  const { objects } = await loadSource('baseline', {
    set: [...settingsOf(namespace), ...more],
  });
  // The namespace was there before the stack, so its label may be somebody else's.
  const { code, stderr } = await apply(objects, '--force-conflicts');
  if (code !== 0) throw new Error(stderr);
  for (const name of ['pyserver', 'pyclient']) await rolledOut(namespace, name);
}

export async function rolledOut(namespace: string, deployment: string): Promise<void> {
  await kubectlOrThrow([
    ...['-n', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=120s'],
  ]);
}
