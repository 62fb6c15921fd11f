/**
 * One object may be made by a component of this project in one configuration of a stack, and come from
 * somebody's manifests in the next. Pulumi makes first and deletes last, and knows a resource by its
 * URN: without an alias it would delete, by its name, the object that it has just made.
 */
import * as pulumi from '@pulumi/pulumi';

const RUNS = ['Server', 'Client', 'StandaloneEnvoy', 'GatewayProxy', 'Toolbox'];

/** The components that make objects of a type, each under the object's own name. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes:core/v1:Service': RUNS,
  'kubernetes:core/v1:ServiceAccount': RUNS,
  'kubernetes:apps/v1:Deployment': RUNS,
  'kubernetes:policy/v1:PodDisruptionBudget': RUNS,
  'kubernetes:core/v1:Namespace': ['MeshNamespace'],
  'kubernetes:core/v1:ConfigMap': ['ExperimentRecord', 'StandaloneEnvoy', 'BreakerAlerts'],
  'kubernetes:networking.k8s.io/v1:NetworkPolicy': ['NetworkIsolation'],
  'kubernetes:networking.istio.io/v1:DestinationRule': ['CircuitBreaker'],
  'kubernetes:networking.istio.io/v1:VirtualService': ['TrafficSplit'],
  'kubernetes:networking.istio.io/v1:Gateway': ['IngressGateway'],
  'kubernetes:telemetry.istio.io/v1:Telemetry': ['AccessLogging'],
  'kubernetes:monitoring.coreos.com/v1:PrometheusRule': ['BreakerAlerts'],
  'kubernetes:security.istio.io/v1:PeerAuthentication': ['StrictAccess'],
  'kubernetes:security.istio.io/v1:AuthorizationPolicy': ['StrictAccess'],
};

const IMPORTED = 'circuit-lab:index:ImportedMesh$kubernetes:yaml:ConfigGroup';

/**
 * Gives each object the URNs that it would have if it came from the other side.
 *
 * @param imported name of the stack's `ImportedMesh`
 * @param namespace of the stack
 */
export function knownOnBothSides(
  imported: string,
  namespace: string,
): pulumi.ResourceTransformation {
  return ({ type, name, props, opts }) => {
    const makers = MAKERS[type];
    if (makers === undefined) return undefined;
    const [, own] = new RegExp(`^${imported}-(?:${namespace}/)?([^/]+)$`).exec(name) ?? [];
    const isInNone = type === 'kubernetes:core/v1:Namespace';
    const aliases =
      own === undefined
        ? [
            urn(
              `${IMPORTED}$${type}`,
              `${imported}-${isInNone ? namespace : `${namespace}/${name}`}`,
            ),
          ]
        : makers.map((maker) => urn(`circuit-lab:index:${maker}$${type}`, own));
    return {
      props,
      opts: { ...opts, aliases: [...(opts.aliases ?? []), ...aliases] },
    };
  };
}

function urn(type: string, name: string): string {
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
}
