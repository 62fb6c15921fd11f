import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

/** An object as it stands in YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

export interface ImportedMeshArgs {
  /** Anybody's objects, as they stand in their YAML. */
  readonly objects: readonly Manifest[];
  /**
   * Where those go that name no namespace, as `kubectl apply --namespace` has it.
   * @default - the provider's own
   */
  readonly namespace?: string;
}

/** Kinds that stand outside of every namespace, of those that a team's manifests hold. */
const WITHOUT_NAMESPACE = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'StorageClass', 'PriorityClass', 'IngressClass'],
  ...['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService'],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'GatewayClass'],
]);

/** A mesh that somebody else has written: every object of their manifests is one of the stack. */
export class ImportedMesh extends pulumi.ComponentResource {
  /** Asks for the objects, once it is made. */
  readonly group: k8s.yaml.ConfigGroup;

  constructor(name: string, args: ImportedMeshArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:ImportedMesh', name, {}, opts);

    const { objects, namespace } = args;
    this.group = new k8s.yaml.ConfigGroup(
      name,
      { objs: objects.map((object) => placed(object, namespace)), resourcePrefix: name },
      { parent: this, transformations: [withoutInputs] },
    );

    this.registerOutputs();
  }
}

/** Else the group would have all of the objects in its own diff, too. */
const withoutInputs: pulumi.ResourceTransformation = ({ type, opts }) =>
  type === 'kubernetes:yaml:ConfigGroup' ? { props: {}, opts } : undefined;

/** A copy, as the group may change what it is given. */
function placed(object: Manifest, namespace: string | undefined): object {
  const { kind, metadata } = object;
  const own = metadata.namespace ?? (WITHOUT_NAMESPACE.has(kind) ? undefined : namespace);
  return structuredClone({ ...object, metadata: { ...metadata, ...(own && { namespace: own }) } });
}
