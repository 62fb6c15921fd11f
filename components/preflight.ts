import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { accessOptions, type ClusterAccess } from './clusterAccess.ts';
import { labCommand } from './shell.ts';

/** A cluster that is to take a stack. */
export interface PreflightArgs extends ClusterAccess {
  /** Namespace that the stack will make: it has to be free. */
  readonly namespace: string;
  /**
   * Whether Istio has to be there already.
   * @default true
   */
  readonly istio?: boolean;
  /**
   * Whether it makes rules for the Prometheus operator, whose kinds have to be there.
   * @default false
   */
  readonly alerts?: boolean;
  /**
   * A namespace, not of the stack's own, in which it makes a Telemetry: it has to be allowed to.
   * @default - none
   */
  readonly telemetryIn?: string | undefined;
}

/**
 * Asks, before anything is made, whether a cluster can take the stack, or whether this machine can
 * run it (Envoy is installed where there is none), and says once, in words that help, what is wrong.
 * What must not be made then depends on it.
 */
export class Preflight extends command.local.Command {
  /** @param cluster where it is asked about one; else about this machine */
  constructor(name: string, cluster?: PreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      name,
      {
        create: labCommand('preflight', pulumi.getStack(), ...(cluster ? optionsOf(cluster) : [])),
        // Asked once for each place: in it, later, the stack's own namespace would be in the way.
        update: 'true',
        triggers: [cluster?.namespace, cluster?.kubeconfig, cluster?.context].map(
          (place) => place ?? '',
        ),
        logging: 'stderr',
      },
      opts,
    );
  }
}

function optionsOf({
  namespace,
  istio = true,
  alerts = false,
  telemetryIn,
  ...access
}: PreflightArgs): string[] {
  return [
    ...['--namespace', namespace],
    ...(istio ? [] : ['--no-istio']),
    ...(alerts ? ['--alerts'] : []),
    ...(telemetryIn === undefined ? [] : ['--telemetry-in', telemetryIn]),
    ...accessOptions(access),
  ];
}
