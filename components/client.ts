import * as pulumi from '@pulumi/pulumi';
import { CLIENT, CLIENT_DEFAULTS, LOADS } from '../apps/contract.ts';
import { createAccount, createDeployment, createService, type WorkloadArgs } from './workload.ts';

export interface ClientArgs extends WorkloadArgs {
  /** What every request asks for. */
  readonly url: pulumi.Input<string>;
  /**
   * When the client gives up on a request, in Istio's duration form.
   * @default "60s"
   */
  readonly timeout?: pulumi.Input<string>;
  /**
   * Whether it calls from outside the mesh: its pods get no sidecar.
   * @default false
   */
  readonly outside?: boolean;
  /**
   * Names what the client measures: when it changes, new pods take over, whose load begins anew and
   * whose proxies have no connection yet.
   * @default - none: pods go on for as long as they are not changed themselves
   */
  readonly measures?: pulumi.Input<string>;
  /**
   * How long a new pod waits before its first request, in Istio's duration form: time for whoever
   * wants to observe it from there on.
   * @default "0s"
   */
  readonly initialDelay?: pulumi.Input<string>;
}

export interface BatchClientArgs extends ClientArgs {
  /**
   * Concurrent requests in a batch of one pod, each on its own connection.
   * @default 10
   */
  readonly batchSize?: pulumi.Input<number>;
  /**
   * Time from one batch's start to the next, in Istio's duration form; a batch never starts before
   * the one before it has ended.
   * @default "20s"
   */
  readonly interval?: pulumi.Input<string>;
}

export interface ClosedLoopClientArgs extends ClientArgs {
  /**
   * Workers, each of which sends its next request when the one before was answered.
   * @default 50
   */
  readonly workers?: pulumi.Input<number>;
  /**
   * Requests of all workers together, after which the client rests.
   * @default 200
   */
  readonly requests?: pulumi.Input<number>;
}

export interface PacedClientArgs extends ClientArgs {
  /**
   * Time from one request to the next, in Istio's duration form, whatever becomes of the earlier.
   * @default "100ms"
   */
  readonly interval?: pulumi.Input<string>;
  /**
   * Requests in all, after which the client rests.
   * @default 200
   */
  readonly requests?: pulumi.Input<number>;
}

export interface LoadArgs extends ClientArgs {
  /** How it sends: values of the client's variables (apps/client/main.ts), `MODE` among them. */
  readonly load: Readonly<Record<string, pulumi.Input<string>>>;
}

const HEALTH_PORT = 8080;

/**
 * A client that asks for one URL and logs each answer as JSON, whichever way it sends: one type of
 * component for all of them. To Pulumi a component's type is part of its children's identity: of two
 * types, the objects of the one would be deleted, under the same names, after those of the other
 * were made.
 * Its Service serves the health endpoint: Istio wants every pod of a mesh to belong to a Service.
 */
export class Client extends pulumi.ComponentResource {
  /** Name of the Deployment, whose pods' logs hold what happened. */
  readonly deploymentName: pulumi.Output<string>;

  constructor(name: string, args: LoadArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:Client', name, {}, opts);

    const labels = { app: name };
    const deployment = createDeployment(this, name, args, {
      account: createAccount(this, name, args),
      labels,
      ...(args.outside === true && { podLabels: { 'sidecar.istio.io/inject': 'false' } }),
      ...(args.measures !== undefined && {
        podAnnotations: { 'circuit-lab/measures': args.measures },
      }),
      container: 'client',
      image: 'circuit-lab-client:dev',
      port: HEALTH_PORT,
      healthPath: '/healthz',
      env: {
        [CLIENT.url]: args.url,
        ...args.load,
        [CLIENT.timeout]: args.timeout ?? CLIENT_DEFAULTS.timeout,
        ...(args.initialDelay !== undefined && { [CLIENT.initialDelay]: args.initialDelay }),
        [CLIENT.logFormat]: 'json',
        [CLIENT.healthPort]: String(HEALTH_PORT),
      },
    });
    createService(this, name, args, {
      selector: labels,
      port: HEALTH_PORT,
      targetPort: HEALTH_PORT,
    });

    this.deploymentName = deployment.metadata.name;
    this.registerOutputs({ deploymentName: this.deploymentName });
  }
}

/** Sends a batch of concurrent requests at every interval, as the seed's client does. */
export class BatchClient extends Client {
  constructor(name: string, args: BatchClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const load = {
      [CLIENT.mode]: 'batch',
      [CLIENT.batchSize]: text(args.batchSize ?? CLIENT_DEFAULTS.batchSize),
      [CLIENT.interval]: args.interval ?? LOADS.batch.interval,
    };
    super(name, { ...args, load }, opts);
  }
}

/** Keeps a number of workers busy, as `hey` does. */
export class ClosedLoopClient extends Client {
  constructor(name: string, args: ClosedLoopClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const load = {
      [CLIENT.mode]: 'closed',
      [CLIENT.workers]: text(args.workers ?? CLIENT_DEFAULTS.workers),
      [CLIENT.requests]: text(args.requests ?? CLIENT_DEFAULTS.requests),
    };
    super(name, { ...args, load }, opts);
  }
}

/** Sends one request at every interval, as a loop around `curl` does. */
export class PacedClient extends Client {
  constructor(name: string, args: PacedClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const load = {
      [CLIENT.mode]: 'paced',
      [CLIENT.interval]: args.interval ?? LOADS.paced.interval,
      [CLIENT.requests]: text(args.requests ?? CLIENT_DEFAULTS.requests),
    };
    super(name, { ...args, load }, opts);
  }
}

function text(value: pulumi.Input<number>): pulumi.Output<string> {
  return pulumi.output(value).apply(String);
}
