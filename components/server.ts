import * as pulumi from '@pulumi/pulumi';
import { SERVER, SERVER_DEFAULTS } from '../apps/contract.ts';
import { ofResource } from './ofResource.ts';
import {
  createAccount,
  createDeployment,
  createDisruptionBudget,
  createService,
  type WorkloadArgs,
} from './workload.ts';

/** One version of a server: its own Deployment behind the common Service. */
export interface ServerVersion {
  /**
   * Pods of this version.
   * @default - the server's
   */
  readonly replicas?: pulumi.Input<number> | undefined;
  /**
   * What `/index` answers, such as 502 for a server that fails.
   * @default 200
   */
  readonly status?: pulumi.Input<number> | undefined;
  /**
   * Service time, in Istio's duration form.
   * @default - the server's
   */
  readonly delay?: pulumi.Input<string> | undefined;
  /**
   * A service time drawn evenly from `delayMin` to `delayMax`, in place of `delay`.
   * @default - the fixed delay
   */
  readonly delayMin?: pulumi.Input<string> | undefined;
  /** The upper end; given together with `delayMin`. */
  readonly delayMax?: pulumi.Input<string> | undefined;
}

export interface ServerArgs extends WorkloadArgs {
  /**
   * Service time of `/index`, in Istio's duration form.
   * @default "5s"
   */
  readonly delay?: pulumi.Input<string>;
  /**
   * Whether connections are kept for further requests. If not, each answer closes its own, as with
   * servers of HTTP/1.0 (Python's http.server), and every request makes the proxy connect anew.
   * @default true
   */
  readonly keepAlive?: pulumi.Input<boolean>;
  /**
   * Connections that may wait to be accepted (listen(2)). Where they are full, TCP drops an attempt to
   * connect and makes it again a second later. Python's socketserver has 5.
   * @default 511
   */
  readonly backlog?: pulumi.Input<number>;
  /**
   * Versions by their label `version`, each a Deployment `<name>-<version>`.
   * @default - one healthy version `v1`, whose Deployment has the server's own name
   */
  readonly versions?: Readonly<Record<string, ServerVersion>>;
}

const { port: PORT } = SERVER_DEFAULTS;
const SERVICE_PORT = 80;

/** An HTTP server on port 80 that answers `/index` after its service time, well or badly. */
export class Server extends pulumi.ComponentResource {
  /** Full name of the Service, as policies name their host. */
  readonly host: pulumi.Output<string>;
  /** What a client in the same namespace asks for. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:Server', name, {}, opts);

    const account = createAccount(this, name, args);
    if (args.versions === undefined) {
      this.createVersion(name, name, 'v1', {}, args, account);
    } else {
      for (const [version, settings] of Object.entries(args.versions)) {
        this.createVersion(`${name}-${version}`, name, version, settings, args, account);
      }
    }
    const selector = { app: name };
    const service = createService(this, name, args, {
      selector,
      port: SERVICE_PORT,
      targetPort: PORT,
    });

    const serviceName = ofResource(service, name);
    this.host = pulumi.interpolate`${serviceName}.${args.namespace}.svc.cluster.local`;
    this.url = pulumi.interpolate`http://${serviceName}/index`;
    this.registerOutputs({ host: this.host, url: this.url });
  }

  private createVersion(
    deployment: string,
    app: string,
    version: string,
    settings: ServerVersion,
    args: ServerArgs,
    account: pulumi.Output<string>,
  ): void {
    const { status, delayMin, delayMax } = settings;
    const { keepAlive, backlog } = args;
    const replicas = settings.replicas ?? args.replicas;
    const own = { ...args, ...(replicas !== undefined && { replicas }) };
    const labels = { app, version };
    createDisruptionBudget(this, deployment, own, labels);
    createDeployment(this, deployment, own, {
      account,
      labels,
      container: 'server',
      image: 'circuit-lab-server:dev',
      port: PORT,
      healthPath: '/healthz',
      env: {
        [SERVER.port]: String(PORT),
        [SERVER.version]: version,
        ...(delayMin !== undefined && delayMax !== undefined
          ? { [SERVER.delayMin]: delayMin, [SERVER.delayMax]: delayMax }
          : { [SERVER.delay]: settings.delay ?? args.delay ?? SERVER_DEFAULTS.delay }),
        ...(keepAlive !== undefined && {
          [SERVER.keepAlive]: pulumi.output(keepAlive).apply((keep) => (keep ? '1' : '0')),
        }),
        ...(backlog !== undefined && { [SERVER.backlog]: pulumi.output(backlog).apply(String) }),
        ...(status !== undefined && { [SERVER.status]: pulumi.output(status).apply(String) }),
      },
    });
  }
}
