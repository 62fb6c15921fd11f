/** How pods reach what they ask for: by listeners of their sidecars, else the Services themselves. */
import { CLIENT } from '../../apps/contract.ts';
import { serviceCalled } from '../mesh/hosts.ts';
import { type Mesh, type Pod, podId, type Service } from '../mesh/model.ts';
import type { PlannedApp, PlannedClient } from '../mesh/plan.ts';
import { OUTBOUND_LISTENER } from './bootstrap.ts';
import { callsOthers, withLocalCalls } from './calls.ts';
import { tcpListenerName, tcpPlace } from './tcpWays.ts';

/** A local port that stands for a Service's cluster IP. */
type AddressOf = (service: Service, servicePort: number) => Promise<number>;

/** Variables of a program. */
type Variables = Record<string, string>;

/** What is asked at a listener of one's own is not asked of the HTTP proxy. */
const NO_PROXY = { no_proxy: '127.0.0.1' };

export class Ways {
  readonly #mesh: Pick<Mesh, 'services'>;
  readonly #addressOf: AddressOf;
  /** The local port of each listener of a pod's sidecar, by its name; by the pod's id. */
  readonly #listeners = new Map<string, Map<string, number>>();

  constructor(mesh: Pick<Mesh, 'services'>, addressOf: AddressOf) {
    this.#mesh = mesh;
    this.#addressOf = addressOf;
  }

  /** A listener of the pod's own sidecar. */
  add(pod: Pod, listener: string, port: number): void {
    const known = this.#listeners.get(podId(pod)) ?? new Map<string, number>();
    this.#listeners.set(podId(pod), known.set(listener, port));
  }

  /** Its sidecar as HTTP proxy, or its sidecar's listener for a TCP port, else the Service itself. */
  async ofClient({ pod, url, service, servicePort }: PlannedClient): Promise<Variables> {
    const place = tcpPlace(this.#mesh, pod, url);
    const outbound = this.#portOf(pod, OUTBOUND_LISTENER);
    if (place === undefined && outbound !== undefined) return proxyAt(outbound);

    const own = place && this.#portOf(pod, tcpListenerName(place));
    const port = own ?? (await this.#addressOf(service, servicePort));
    return {
      [CLIENT.url]: `http://127.0.0.1:${port}${url.pathname}${url.search}`,
      [CLIENT.headers]: JSON.stringify({ host: url.host }),
    };
  }

  /** The same for what a server calls. */
  async ofCalls({ pod, env }: PlannedApp): Promise<Variables> {
    if (!callsOthers(env)) return {};
    const outbound = this.#portOf(pod, OUTBOUND_LISTENER);
    const calls = await withLocalCalls(env, async (url) => {
      const place = tcpPlace(this.#mesh, pod, url);
      if (place === undefined && outbound !== undefined) return undefined;
      const own = place && this.#portOf(pod, tcpListenerName(place));
      const service = serviceCalled(this.#mesh.services, url.hostname, pod);
      const number = url.port === '' ? 80 : Number(url.port);
      return own ?? (service && this.#addressOf(service, number));
    });
    return outbound === undefined ? calls : { ...calls, ...proxyAt(outbound), ...NO_PROXY };
  }

  #portOf(pod: Pod, listener: string): number | undefined {
    return this.#listeners.get(podId(pod))?.get(listener);
  }
}

function proxyAt(port: number): Variables {
  return { http_proxy: `http://127.0.0.1:${port}` };
}
