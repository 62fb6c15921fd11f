import { V1Namespace } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type { Access } from '../../../lab/cluster/api.ts';
import { type Asked, refuseUnfitCluster } from '../../../lab/cluster/preflight.ts';

/** A cluster that has room, all kinds and every permission, but for what is said. */
function clusterWith(but: {
  readonly namespace?: string;
  readonly unknownKind?: string;
  readonly forbidden?: string;
  readonly forbiddenIn?: string;
}): Asked {
  return {
    server: 'https://k8s:6443',
    namespace: (name) => Promise.resolve(name === but.namespace ? new V1Namespace() : undefined),
    object: ({ kind }) =>
      kind === but.unknownKind
        ? Promise.reject(new Error(`knows no ${kind}`))
        : Promise.resolve(undefined),
    may: ({ resource, namespace }: Access) =>
      Promise.resolve(resource !== but.forbidden && namespace !== but.forbiddenIn),
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

it('asks for the kinds of the Prometheus operator where the stack makes rules', async () => {
  const cluster = clusterWith({ unknownKind: 'PrometheusRule' });
  await expect(refuseUnfitCluster(cluster, wanted)).resolves.toBeUndefined();
  await expect(refuseUnfitCluster(cluster, { ...wanted, alerts: true })).rejects.toThrow(
    'knows no PrometheusRule',
  );
});

it('asks for a Telemetry beside the gateway of the mesh where the stack makes one', async () => {
  const cluster = clusterWith({ forbiddenIn: 'istio-system' });
  await expect(refuseUnfitCluster(cluster, wanted)).resolves.toBeUndefined();
  await expect(
    refuseUnfitCluster(cluster, { ...wanted, telemetryIn: 'istio-system' }),
  ).rejects.toThrow(
    /not permitted to create telemetries in namespace istio-system.*ownGateway true/,
  );
  await expect(
    refuseUnfitCluster(clusterWith({}), { ...wanted, telemetryIn: 'istio-system' }),
  ).resolves.toBeUndefined();
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
