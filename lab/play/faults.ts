/** What is done to an endpoint on purpose, while the mesh runs. */
import { medianOf, parseDuration, parseLaw, SERVER, SERVER_DEFAULTS } from '../../apps/contract.ts';
import type { ServerBehaviour } from '../../apps/contract.ts';
import { formatDuration } from '../../istio/duration.ts';
import { type Mesh, type Pod, podId } from '../mesh/model.ts';

/** `killed`: its process is ended; `failing`: it answers 502; `slow`: it takes SLOWER times as long. */
export const FAULTS = ['none', 'failing', 'slow', 'killed'] as const;
export type Fault = (typeof FAULTS)[number];

/** By the id of the pod. */
export type Faults = ReadonlyMap<string, Fault>;

export const SLOWER = 5;

/** The mesh whose servers do so: those that fail say it in their variables, the killed ones say nothing. */
export function withFaults(mesh: Mesh, faults: Faults): Mesh {
  const changed = new Map<string, Pod>();
  const pods = mesh.pods.map((pod) => {
    const { runs } = pod;
    const fault = faults.get(podId(pod)) ?? 'none';
    if (runs.app !== 'server' || fault === 'none' || fault === 'killed') return pod;
    const env = { ...runs.env, [SERVER.behaviour]: JSON.stringify(faulty(runs.env, fault)) };
    const faultyPod = { ...pod, runs: { ...runs, env } };
    changed.set(podId(pod), faultyPod);
    return faultyPod;
  });
  const services = mesh.services.map((service) => ({
    ...service,
    endpoints: service.endpoints.map(({ pod, ...endpoint }) => ({
      ...endpoint,
      ...(pod && { pod: changed.get(podId(pod)) ?? pod }),
    })),
  }));
  return { ...mesh, pods, services };
}

type Variables = Readonly<Record<string, string>>;

function faulty(env: Variables, fault: 'failing' | 'slow'): ServerBehaviour {
  const told = JSON.parse(env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
  if (fault === 'failing') return { ...told, errors: [{ share: 1, status: 502 }] };
  const after = formatDuration(Math.round(SLOWER * timeOf(env, told)));
  const status = Number(env[SERVER.status] ?? 200);
  return { ...told, errors: [{ share: 1, status, after }] };
}

/** What it usually takes, half of its answers being faster, in ms. */
function timeOf(env: Variables, { serviceTime = '' }: ServerBehaviour): number {
  const law = parseLaw(serviceTime);
  if (law !== undefined) return medianOf(law);
  const [least, most] = [SERVER.delayMin, SERVER.delayMax].map((name) =>
    parseDuration(env[name] ?? ''),
  );
  if (least !== undefined && most !== undefined) return (least + most) / 2;
  return parseDuration(env[SERVER.delay] ?? SERVER_DEFAULTS.delay) ?? 0;
}
