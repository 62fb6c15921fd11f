/** Who calls which service, as far as the objects and what is said beside them tell. */
import { CLIENT, CLIENT_DEFAULTS, loadTraits, LOAD_MODES } from '../../apps/contract.ts';
import type { Mesh, Pod, Service } from '../mesh/model.ts';

/** A workload that calls a service. */
export interface Caller {
  /** One of its pods. */
  readonly pod: Pod;
  /** How many pods it has. */
  readonly pods: number;
  /** Requests that one pod has under way at the same time by the load that is stated; unknown else. */
  readonly burst: number | undefined;
  /** How often it tries by itself. */
  readonly attempts: number;
}

export interface Callers {
  /** The workloads that are known to call a service, not by a gateway. */
  readonly of: (service: Service) => readonly Caller[];
  /** Whether others may call it, of whom nobody says what they do. */
  readonly anybody: boolean;
}

export function callersIn({ pods, services }: Mesh): Callers {
  const named = byName(services);
  const found = new Map<string, Caller[]>();
  const workloads = Map.groupBy(pods, ({ namespace, workload }) => `${namespace}/${workload}`);
  for (const all of workloads.values()) {
    const [pod] = all;
    if (pod === undefined) continue;
    for (const call of callsOf(pod)) {
      const service = named(call.to, pod.namespace);
      if (service === undefined) continue;
      const caller = { pod, pods: all.length, burst: call.burst, attempts: call.attempts };
      found.set(service.host, [...(found.get(service.host) ?? []), caller]);
    }
  }
  const isUnknown = ({ runs, proxy }: Pod): boolean =>
    proxy !== 'gateway' && ((runs.app === 'idle' && runs.sends === true) || isMadeUp(runs));
  return {
    of: ({ host }) => found.get(host) ?? [],
    anybody: !pods.some(({ runs }) => runs.app === 'client') || pods.some(isUnknown),
  };
}

function isMadeUp(runs: Pod['runs']): boolean {
  return runs.app === 'server' && (runs.madeUp === true || runs.sends === true);
}

interface Call {
  /** A host's name, as the caller writes it. */
  readonly to: string;
  readonly burst: number | undefined;
  readonly attempts: number;
}

function callsOf({ runs }: Pod): Call[] {
  if (runs.app === 'client') {
    const url = runs.env[CLIENT.url] ?? CLIENT_DEFAULTS.url;
    return [{ to: hostIn(url), burst: burstOf(runs.env), attempts: 1 }];
  }
  const calls = runs.app === 'server' ? (runs.behaviour?.calls ?? []) : [];
  return calls.map((call) =>
    typeof call === 'string'
      ? { to: hostIn(call), burst: undefined, attempts: 1 }
      : { to: hostIn(call.to), burst: undefined, attempts: call.attempts },
  );
}

/** Of `ratings`, `ratings:9080/path` or a URL. */
function hostIn(callee: string): string {
  const url = callee.includes('://') ? callee : `http://${callee}`;
  return URL.canParse(url) ? new URL(url).hostname : callee;
}

function burstOf(env: Readonly<Record<string, string>>): number | undefined {
  const mode = env[CLIENT.mode] ?? LOAD_MODES[0];
  const traits = loadTraits(mode);
  if (traits?.inBatches) return Number(env[CLIENT.batchSize] ?? CLIENT_DEFAULTS.batchSize);
  return traits?.closedLoop ? Number(env[CLIENT.workers] ?? CLIENT_DEFAULTS.workers) : undefined;
}

/** By every name that a caller may use, the short one in its own namespace alone. */
function byName(
  services: readonly Service[],
): (name: string, namespace: string) => Service | undefined {
  const known = new Map<string, Service>();
  for (const service of services) {
    const { name, namespace, host } = service;
    for (const one of [host, `${name}.${namespace}.svc`, `${name}.${namespace}`]) {
      if (!known.has(one)) known.set(one, service);
    }
  }
  return (name, namespace) => known.get(name) ?? known.get(`${name}.${namespace}`);
}
