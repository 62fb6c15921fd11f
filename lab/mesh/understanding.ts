/**
 * What each pod runs, decided once for every platform: by its image where that is known, by the
 * behaviour that is given, else by one that is made up, and said.
 */
import type { Behaviour } from '../../experiment/behaviour.ts';
import { SERVER, SERVER_DEFAULTS } from '../../apps/contract.ts';
import { clientVariables, LOAD_VARIABLES } from '../../experiment/load.ts';
import { behaviourOf, refuseUnmetPatterns } from './behaviours.ts';
import { candidatesFor } from './candidates.ts';
import type { Given } from './given.ts';
import { understood } from './images/table.ts';
import type { Container, Pod, Runs, Service } from './model.ts';
import { isThere, serverVariables } from './serverVariables.ts';
import { selects } from './selects.ts';
import { scaledSetting } from './timeScale.ts';

/** Of a server about which nothing is known. */
const MADE_UP: Behaviour = { serviceTime: '10ms' };

/**
 * The pods with what they run, and the services with these pods.
 *
 * @throws LabError for a behaviour that is given to no server, or calls what no Service answers
 */
export function understandPods(
  pods: readonly Pod[],
  services: readonly Service[],
  given: Given,
): { pods: Pod[]; services: Service[] } {
  const known = new Map(pods.map((pod) => [pod, { ...pod, runs: runsOf(pod, services, given) }]));
  const all = [...known.values()];
  const isServer = ({ runs }: Pod): boolean => runs.app === 'server';
  refuseUnmetPatterns(
    given.behaviour ?? {},
    all.filter(isServer),
    all.filter((pod) => !isServer(pod)),
  );
  return {
    pods: all,
    services: services.map((service) => ({
      ...service,
      endpoints: service.endpoints.map(({ pod, ...endpoint }) => {
        const now = pod && known.get(pod);
        return now === undefined ? endpoint : { ...endpoint, pod: now };
      }),
    })),
  };
}

/** What was made up for pods, a sentence for each workload. */
export function madeUpFor(pods: readonly Pod[]): string[] {
  const sentences = pods.flatMap(({ namespace, workload, runs }) =>
    runs.app !== 'idle' && runs.madeUp ? [`${namespace}/${workload}: ${runs.said ?? ''}.`] : [],
  );
  return [...new Set(sentences)];
}

function runsOf(pod: Pod, services: readonly Service[], given: Given): Runs {
  const container = applicationContainer(pod, services);
  if (pod.proxy === 'gateway' || container === undefined) return { app: 'idle' };
  const found = understood(container);
  const isServed = candidatesFor(pod, services).some(
    (service) => asked(pod, service) !== undefined,
  );
  const image = `image '${container.image}'`;
  if (given.sender === `${pod.namespace}/${pod.workload}`) {
    return { app: 'client', container, ports: [], env: sending({}, given) };
  }
  if (found?.app === 'idle' || (found === undefined && !isServed)) {
    const said =
      found?.said ?? 'is not known here and no Service selects its pods: it does nothing';
    return { app: 'idle', said: `${image} ${said}`, ...sendsIf(found?.sends) };
  }
  const {
    app,
    own,
    env = {},
    said,
    sends,
    behaviour,
  }: NonNullable<typeof found> = found ?? {
    app: 'server',
  };
  const program = {
    container,
    ports: portsOf(pod, container, services),
    env: own === true ? container.env : env,
  };
  if (app === 'client') program.env = sending(program.env, given, own);
  if (app !== 'server') return { app, ...program, ...(said && { said: `${image} ${said}` }) };
  const wanted = behaviourOf(given.behaviour ?? {}, pod);
  if (own === true && wanted === undefined) return { app, ...program };
  const isMadeUp = found === undefined && wanted?.serviceTime === undefined;
  const usual = behaviour && withoutAbsent(behaviour, pod, services);
  const whole: Behaviour = { ...(found === undefined && MADE_UP), ...usual, ...wanted };
  const saying = isMadeUp
    ? `is not known here and no service time is given for it: answers after ${MADE_UP.serviceTime ?? ''}`
    : (said ?? (own === true ? undefined : 'stands for a server that behaves as given'));
  return {
    app,
    ...program,
    env: {
      ...(own !== true && { [SERVER.paths]: 'any' }),
      ...program.env,
      ...serverVariables(whole, { pod, services, given }),
    },
    behaviour: whole,
    ...sendsIf(sends),
    ...(saying !== undefined && { said: `${image} ${saying}` }),
    ...(isMadeUp && { madeUp: true as const }),
  };
}

/** What an image calls by itself it can only call where there is such a Service. */
function withoutAbsent(behaviour: Behaviour, pod: Pod, services: readonly Service[]): Behaviour {
  const { calls, ...rest } = behaviour;
  if (calls === undefined) return behaviour;
  return { ...rest, calls: calls.filter((call) => isThere(call, pod, services)) };
}

function sendsIf(sends: true | undefined): { sends?: true } {
  return sends === undefined ? {} : { sends };
}

/**
 * What a client is told: what is given, over what its image or its own variables say.
 *
 * @param own whether these are variables of its manifest, which are shrunk already
 */
function sending(
  said: Readonly<Record<string, string>>,
  { load, timeScale = 1 }: Given,
  own = false,
): Record<string, string> {
  const shrunk = (env: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(env).map(([name, text]) => [name, scaledSetting(name, text, timeScale)]);
  const before = own ? Object.entries(said) : shrunk(said);
  if (load === undefined) return Object.fromEntries(before);
  const kept = before.filter(([name]) => !LOAD_VARIABLES.has(name));
  return Object.fromEntries([...kept, ...shrunk(clientVariables(load))]);
}

/**
 * The container of a pod that is its application: the one at whose port a Service is answered, else
 * the first whose image is known, else the first. Undefined where it has none of its own.
 */
export function applicationContainer(
  pod: Asked & Pick<Pod, 'containers'>,
  services: readonly Service[],
): Container | undefined {
  const { containers } = pod;
  const targets = targetsOf(pod, services);
  return (
    containers.find(({ ports }) =>
      ports.some(({ name, containerPort }) => targets.has(containerPort) || targets.has(name)),
    ) ??
    containers.find((container) => understood(container) !== undefined) ??
    containers[0]
  );
}

type Asked = Pick<Pod, 'namespace' | 'labels'> & Partial<Pick<Pod, 'ip'>>;

/** The ports, or names of ports, that Services ask its pod for. */
function targetsOf(pod: Asked, services: readonly Service[]): Set<number | string | undefined> {
  return new Set(candidatesFor(pod, services).flatMap((service) => asked(pod, service) ?? []));
}

/** The ports that a service asks a pod for, because it selects it, or names its address. */
function asked(pod: Asked, service: Service): (number | string)[] | undefined {
  const { namespace, selector, endpoints, resolution, host, ports } = service;
  const isSelected = namespace === pod.namespace && selects(selector, pod.labels);
  const at = isSelected ? undefined : endpoints.find(({ address }) => address === pod.ip);
  if (at !== undefined) return Object.values(at.ports);
  const isNamed = resolution === 'none' && host === pod.ip;
  return isSelected || isNamed ? ports.map(({ targetPort }) => targetPort) : undefined;
}

/** Those that Services ask for; where none does, its first, or our server's own. */
function portsOf(pod: Pod, { ports }: Container, services: readonly Service[]): number[] {
  const asked = [...targetsOf(pod, services)].flatMap((target) => {
    if (typeof target === 'number') return [target];
    return ports.find(({ name }) => name === target)?.containerPort ?? [];
  });
  return asked.length > 0 ? asked : [ports[0]?.containerPort ?? SERVER_DEFAULTS.port];
}
