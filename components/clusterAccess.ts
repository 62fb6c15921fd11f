import * as pulumi from '@pulumi/pulumi';

/** Which cluster is meant, as kubectl's options of these names do. */
export interface ClusterAccess {
  /**
   * Path of a kubeconfig.
   * @default - KUBECONFIG, else ~/.kube/config
   */
  readonly kubeconfig?: string;
  /**
   * A context of it.
   * @default - the current one
   */
  readonly context?: string;
}

/**
 * The cluster that `kubernetes:kubeconfig` and `kubernetes:context` name.
 *
 * @throws pulumi.RunError where the kubeconfig is not the path of a file
 */
export function configuredAccess(): ClusterAccess {
  const config = new pulumi.Config('kubernetes');
  const kubeconfig = config.get('kubeconfig');
  const context = config.get('context');
  if (kubeconfig !== undefined && /[\n{]/.test(kubeconfig)) {
    throw new pulumi.RunError(
      'kubernetes:kubeconfig holds a kubeconfig: it must be the path of a file with it, because ' +
        'the experiment is observed by a program of its own (lab observe). Or set KUBECONFIG.',
    );
  }
  return {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}

/** The same as options of `lab`. */
export function accessOptions(access: ClusterAccess): string[] {
  return (['kubeconfig', 'context'] as const).flatMap((option) => {
    const value = access[option];
    return value === undefined ? [] : [`--${option}`, value];
  });
}
