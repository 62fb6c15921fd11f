/** Whether a cluster can take an experiment: asked before anything of it is made. */
import { environmentError } from '../../errors/labError.ts';
import type { ClusterApi } from './api.ts';

/** The calls that it takes. */
export type Asked = Pick<ClusterApi, 'server' | 'namespace' | 'object' | 'may'>;

export interface Wanted {
  readonly stack: string;
  /** The namespace that the stack will make. */
  readonly namespace: string;
  /** Whether Istio has to be there already. */
  readonly istio: boolean;
  /** Whether it makes rules for the Prometheus operator. */
  readonly alerts?: boolean;
  /** A namespace of others in which the stack makes a Telemetry. */
  readonly telemetryIn?: string | undefined;
}

/** One kind of each group that an experiment may use: a release of Istio brings all of a group. */
const ISTIO_KINDS = [
  ['networking.istio.io/v1', 'DestinationRule'],
  ['telemetry.istio.io/v1', 'Telemetry'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
] as const;

const RULE_KIND = ['monitoring.coreos.com/v1', 'PrometheusRule'] as const;

/** What has to be made; the experiment's other kinds go by the same roles as a rule. */
const MADE = [
  { verb: 'create', resource: 'namespaces' },
  { verb: 'create', group: 'apps', resource: 'deployments' },
  { verb: 'create', group: 'networking.istio.io', resource: 'destinationrules' },
] as const;

const TELEMETRY = { verb: 'create', group: 'telemetry.istio.io', resource: 'telemetries' } as const;

/** @throws LabError naming what is missing, in the way or not allowed, and what helps */
export async function refuseUnfitCluster(api: Asked, wanted: Wanted): Promise<void> {
  const { stack, namespace, istio, alerts = false, telemetryIn } = wanted;
  if ((await api.namespace(namespace)) !== undefined) {
    throw environmentError(
      `stack ${stack}: namespace ${namespace} is in the cluster at ${api.server} already, and what is ` +
        "not the stack's own is never taken over. Choose another (pulumi config set namespace <name>), " +
        `or delete it: kubectl delete namespace ${namespace}`,
    );
  }
  const kinds = [...(istio ? ISTIO_KINDS : []), ...(alerts ? [RULE_KIND] : [])];
  for (const [apiVersion, kind] of kinds) {
    // There need not be such an object; the answer tells whether there can be one.
    await api.object({ apiVersion, kind, metadata: { name: 'any', namespace } });
  }
  for (const access of MADE) {
    if (await api.may({ ...access, namespace })) continue;
    throw environmentError(
      `stack ${stack}: not permitted to create ${access.resource} in the cluster at ${api.server}. ` +
        'Choose another context, or have a ClusterRole bound that allows it (edit or admin, and ' +
        "create on namespaces and on Istio's kinds).",
    );
  }
  if (telemetryIn === undefined || (await api.may({ ...TELEMETRY, namespace: telemetryIn }))) {
    return;
  }
  throw environmentError(
    `stack ${stack}: not permitted to create telemetries in namespace ${telemetryIn} of the cluster at ` +
      `${api.server}, without which the mesh's gateway writes no access log. Have a Role bound there ` +
      'that allows it, or let the experiment have a gateway of its own (pulumi config set ownGateway true).',
  );
}
