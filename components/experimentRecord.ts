import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import {
  EXPERIMENT_CONFIG_MAP,
  EXPERIMENT_ENTRY,
  type ExperimentInRecord,
} from '../experiment/experiment.ts';

export interface ExperimentRecordArgs {
  /** Namespace of the experiment. */
  readonly namespace: pulumi.Input<string>;
  /** What the experiment is and what it should show. */
  readonly experiment: ExperimentInRecord;
}

/** The experiment's description as a ConfigMap beside its objects: whoever runs them reads it. */
export class ExperimentRecord extends pulumi.ComponentResource {
  constructor(name: string, args: ExperimentRecordArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:ExperimentRecord', name, {}, opts);

    new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name: EXPERIMENT_CONFIG_MAP, namespace: args.namespace },
        data: { [EXPERIMENT_ENTRY]: JSON.stringify(args.experiment, null, 2) },
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
