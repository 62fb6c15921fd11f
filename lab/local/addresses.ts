/** Where the mesh's addresses stand on this machine: taken ports, and those in the place of cluster IPs. */
import { type Pod, podId, type Service } from '../mesh/model.ts';
import { behind } from './behind.ts';
import { type KubeProxy, startKubeProxy } from './kubeProxy.ts';
import { type HeldPort, holdPort } from './ports.ts';

export class Addresses {
  readonly #held: HeldPort[] = [];
  readonly #kubeProxies: KubeProxy[] = [];
  /** Local ports by the mesh's `ip:port`. */
  readonly #ports = new Map<string, number>();
  /** Ids of pods by the local `127.0.0.1:port` in front of them. */
  readonly #podByLocal = new Map<string, string>();

  /** Whether this process stands between clients and the endpoints of a Service. */
  get forwards(): boolean {
    return this.#kubeProxies.length > 0;
  }

  /** A port that nobody else is given, until `stop` at the latest. */
  async hold(): Promise<HeldPort> {
    const held = await holdPort();
    this.#held.push(held);
    return held;
  }

  /** From now on the mesh's port of a pod is this one. */
  serve(pod: Pod, meshPort: number, localPort: number): void {
    this.#ports.set(`${pod.ip}:${meshPort}`, localPort);
    this.own(pod, localPort);
  }

  /** A port of a pod that others do not ask for. */
  own(pod: Pod, localPort: number): void {
    this.#podByLocal.set(`127.0.0.1:${localPort}`, podId(pod));
  }

  /** The local port behind an address of the mesh; undefined where nothing listens. */
  portOf(address: string, port: number): number | undefined {
    return this.#ports.get(`${address}:${port}`);
  }

  /** The id of the pod behind the local address of an upstream host, or the address itself. */
  podAt(address: string): string {
    return this.#podByLocal.get(address) ?? address;
  }

  /** A local port that stands for a Service's cluster IP. */
  async ofService(service: Service, servicePort: number): Promise<number> {
    const ports = behind(service, servicePort).flatMap(
      ({ address, port }) => this.portOf(address, port) ?? [],
    );
    const [only, ...others] = ports;
    if (only !== undefined && others.length === 0) return only;
    const kubeProxy = await startKubeProxy(ports);
    this.#kubeProxies.push(kubeProxy);
    return kubeProxy.port;
  }

  stop(): void {
    for (const kubeProxy of this.#kubeProxies) kubeProxy.stop();
    for (const held of this.#held) held.release();
  }
}
