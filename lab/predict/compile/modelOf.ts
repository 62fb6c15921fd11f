/** An experiment as what is simulated: of its mesh, and of what istiod sends to its proxies. */
import { CLIENT, CLIENT_DEFAULTS, LOADS, parseDuration } from '../../../apps/contract.ts';
import { LabError } from '../../../errors/labError.ts';
import { durationMs } from '../../../istio/duration.ts';
import { podId } from '../../mesh/model.ts';
import { planOf, type PlannedClient } from '../../mesh/plan.ts';
import type { Prepared } from '../../watch/observe.ts';
import { type Costs, MEASURED } from '../costs.ts';
import type { Client, Model } from '../model.ts';
import { Builder } from './builder.ts';
import { leftOutOf } from './leftOut.ts';
import { loadOf } from './loadOf.ts';

/**
 * @throws LabError for what cannot be predicted: nobody sends, what is sent is no load, or it is sent
 *   to a TCP port
 */
export function modelOf(
  { mesh, experiment, timeScale, digest }: Prepared,
  costs: Costs = MEASURED,
): Model {
  const plan = planOf(mesh);
  const builder = new Builder(mesh, plan, timeScale);
  const clients = plan.clients.map((client) => clientOf(client, builder));
  builder.followAsks();
  return {
    of: { stack: experiment.stack, digest, timeScale },
    costs,
    watch: {
      serviceTimeMs: durationMs(experiment.serviceTime) * timeScale,
      inBatches: LOADS[experiment.load].inBatches,
      batches: experiment.batches,
      warmBatches: experiment.warmBatches,
      maxBatches: experiment.maxBatches,
    },
    clients,
    proxies: builder.proxies,
    listeners: builder.listeners,
    routes: builder.routes,
    clusters: builder.clusters,
    endpointSets: builder.endpointSets,
    apps: builder.apps,
    leftOut: [...mesh.leftOut, ...leftOutOf(mesh)],
  };
}

function clientOf(client: PlannedClient, builder: Builder): Client {
  const { pod, env, url, service, servicePort } = client;
  if (service.ports.some(({ port, protocol }) => port === servicePort && protocol === 'tcp')) {
    throw new LabError(
      `${podId(pod)} asks at a TCP port, ${url.host}: connections of bytes are not predicted, only HTTP ` +
        'is',
    );
  }
  const headers = JSON.parse(env[CLIENT.headers] ?? '{}') as Record<string, string>;
  const ask = builder.asks.of(url, headers);
  return {
    pod: podId(pod),
    ask,
    doors: builder.wayOut(pod, service, servicePort, ask),
    timeoutMs: parseDuration(env[CLIENT.timeout] ?? CLIENT_DEFAULTS.timeout) ?? Infinity,
    load: loadOf(env, podId(pod)),
  };
}
