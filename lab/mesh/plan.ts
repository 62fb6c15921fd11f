/** Which pods of a mesh do something, and as what: what a run starts, and a prediction simulates. */
import { CLIENT, CLIENT_DEFAULTS } from '../../apps/contract.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { nameFrom, serviceCalled } from './hosts.ts';
import type { Mesh, Pod, Program, Service } from './model.ts';

export interface PlannedApp extends Program {
  readonly pod: Pod;
}

export interface PlannedClient extends PlannedApp {
  /** What it asks for. */
  readonly url: URL;
  readonly service: Service;
  readonly servicePort: number;
}

export interface Plan {
  readonly servers: readonly PlannedApp[];
  /** Ingress gateways of the mesh. */
  readonly gateways: readonly Pod[];
  /** Envoys without a mesh, with their own configuration. */
  readonly standalone: readonly PlannedApp[];
  readonly clients: readonly PlannedClient[];
}

/** @throws LabError where nobody sends, or a client asks for what no Service serves */
export function planOf(mesh: Mesh): Plan {
  const apps = mesh.pods.flatMap((pod): PlannedApp[] =>
    pod.runs.app === 'idle' ? [] : [{ pod, ...pod.runs }],
  );
  const clients = apps.filter(({ app }) => app === 'client').map((app) => plannedClient(mesh, app));
  if (clients.length === 0) {
    throw new LabError(
      'no pod sends requests: a Deployment of image circuit-lab-client is needed for an experiment',
    );
  }
  return {
    servers: apps.filter(({ app }) => app === 'server'),
    standalone: apps.filter(({ app }) => app === 'envoy'),
    gateways: mesh.pods.filter(({ proxy }) => proxy === 'gateway'),
    clients,
  };
}

function plannedClient(mesh: Mesh, client: PlannedApp): PlannedClient {
  const { pod, env } = client;
  const text = env[CLIENT.url] ?? CLIENT_DEFAULTS.url;
  const where = `pod ${pod.namespace}/${pod.name}: URL '${text}'`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') {
    throw new LabError(`${where}: must be an http:// URL, such as http://pyserver/index`);
  }
  const servicePort = url.port === '' ? 80 : Number(url.port);
  const service = serviceCalled(mesh.services, url.hostname, pod);
  if (service === undefined || !service.ports.some(({ port }) => port === servicePort)) {
    const known = mesh.services.flatMap((one) => {
      const called = nameFrom(one, pod.namespace);
      return one.ports.map(({ port }) => (port === 80 ? called : `${called}:${port}`));
    });
    const hint =
      known.length === 0 ? 'There is no Service at all.' : didYouMean(url.host, known, 'Services');
    throw new LabError(`${where}: no Service answers there. ${hint}`);
  }
  return { ...client, url, service, servicePort };
}
