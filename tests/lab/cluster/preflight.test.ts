import { V1Namespace } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type { Access } from '../../../lab/cluster/api.ts';
import { type Asked, refuseUnfitCluster } from '../../../lab/cluster/preflight.ts';

/** A cluster that has room, all kinds and every permission, but for what is said. */
function clusterWith(but: {
  readonly namespace?: string;
  readonly unknownKind?: string;
  readonly forbidden?: string;
}): Asked {
  return {
    server: 'https://k8s:6443',
    namespace: (name) => Promise.resolve(name === but.namespace ? new V1Namespace() : undefined),
    object: ({ kind }) =>
      kind === but.unknownKind
        ? Promise.reject(new Error(`knows no ${kind}`))
        : Promise.resolve(undefined),
    may: ({ resource }: Access) => Promise.resolve(resource !== but.forbidden),
  };
}

const wanted = { stack: 'fail-fast', namespace: 'lab', istio: true };

it('lets a stack go where nothing is in its way', async () => {
  await expect(refuseUnfitCluster(clusterWith({}), wanted)).resolves.toBeUndefined();
});

it('does not ask for an Istio that will be installed', async () => {
  const cluster = clusterWith({ unknownKind: 'Telemetry' });
  await expect(refuseUnfitCluster(cluster, wanted)).rejects.toThrow('knows no Telemetry');
  await expect(refuseUnfitCluster(cluster, { ...wanted, istio: false })).resolves.toBeUndefined();
});

it.each([
  [
    { namespace: 'lab' },
    /^stack fail-fast: namespace lab is in the cluster at https:\/\/k8s:6443 already.*pulumi config set namespace <name>/,
  ],
  [
    { forbidden: 'deployments' },
    /^stack fail-fast: not permitted to create deployments in the cluster at .*ClusterRole/,
  ],
])('says what keeps it: %j', async (but, message) => {
  await expect(refuseUnfitCluster(clusterWith(but), wanted)).rejects.toThrow(message);
});
