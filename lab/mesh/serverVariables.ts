/** A behaviour as our server is told it, with the URLs of what it calls. */
import { SERVER, type ServerBehaviour } from '../../apps/contract.ts';
import type { Behaviour } from '../../experiment/behaviour.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import type { Given } from './given.ts';
import { nameFrom, serviceCalled } from './hosts.ts';
import type { Pod, Service } from './model.ts';

export interface Surroundings {
  readonly pod: Pod;
  readonly services: readonly Service[];
  readonly given: Given;
}

/** @throws LabError for a call that no Service answers */
export function serverVariables(
  { calls = [], ...behaviour }: Behaviour,
  { pod, services, given: { timeScale = 1 } }: Surroundings,
): Record<string, string> {
  const told: ServerBehaviour = {
    ...behaviour,
    ...(calls.length > 0 && {
      calls: calls.map((call) => {
        const { to, ...more } = typeof call === 'string' ? { to: call } : call;
        return { url: urlOf(to, pod, services), ...more };
      }),
    }),
  };
  return {
    [SERVER.behaviour]: JSON.stringify(told),
    ...(timeScale !== 1 && { [SERVER.timeScale]: String(timeScale) }),
  };
}

/** Whether a Service answers to what is called. */
export function isThere(
  call: NonNullable<Behaviour['calls']>[number],
  pod: Pod,
  services: readonly Service[],
): boolean {
  const url = callUrl(typeof call === 'string' ? call : call.to);
  return url !== undefined && serviceCalled(services, url.hostname, pod) !== undefined;
}

function callUrl(callee: string): URL | undefined {
  const text = callee.includes('://') ? callee : `http://${callee}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' ? url : undefined;
}

/** `ratings`, `ratings:9080/path` or a URL, as the pod would call it: without a port, at its first for HTTP. */
function urlOf(callee: string, pod: Pod, services: readonly Service[]): string {
  const where = `behaviour of ${pod.namespace}/${pod.workload}: calls '${callee}'`;
  const url = callUrl(callee);
  if (url === undefined) {
    throw new LabError(`${where}: must be a Service such as 'ratings', or an http:// URL`);
  }
  const service = serviceCalled(services, url.hostname, pod);
  if (service === undefined) {
    const known = services.map((one) => nameFrom(one, pod.namespace));
    const hint =
      known.length === 0 ? 'There is no Service.' : didYouMean(url.hostname, known, 'Services');
    throw new LabError(`${where}: no Service is called so. ${hint}`);
  }
  const wanted = url.port === '' ? undefined : Number(url.port);
  const { ports } = service;
  const port =
    wanted === undefined
      ? (ports.find(({ port: number }) => number === 80) ??
        ports.find(({ protocol }) => protocol !== 'tcp') ??
        ports[0])
      : ports.find(({ port: number }) => number === wanted);
  if (port === undefined) {
    const all = ports.map(({ port: number }) => String(number)).join(', ');
    throw new LabError(`${where}: the Service has no such port. Its ports: ${all}`);
  }
  url.port = String(port.port);
  return url.href;
}
