/** The proxies of an observation, each reached once: those that it begins with, and whose pods come later. */
import type { KubernetesObject } from '../objects/object.ts';
import type { ClusterApi } from './api.ts';
import { idOf, whatBroke } from './podState.ts';
import { gatewaysOf, hasProxy, type Reached, reach, type Sidecar } from './sidecars.ts';

export class Proxies {
  readonly #api: ClusterApi;
  readonly #signal: AbortSignal;
  readonly #onFault: (fault: string) => void;
  readonly #sidecars = new Map<string, Sidecar>();
  readonly #reached: Reached[] = [];

  /**
   * @param signal after it, a proxy that does not answer is no fault
   * @param onFault told of each whose admin interface does not answer, as its figures will be missing
   */
  constructor(api: ClusterApi, signal: AbortSignal, onFault: (fault: string) => void) {
    this.#api = api;
    this.#signal = signal;
    this.#onFault = onFault;
  }

  /** All that ever took part. */
  get sidecars(): readonly Sidecar[] {
    return [...this.#sidecars.values()];
  }

  get versions(): Reached['versions'] {
    return this.#reached[0]?.versions ?? { envoy: null, istio: null };
  }

  /** Those of them that are new and answer. */
  async reach(sidecars: readonly Sidecar[]): Promise<Reached[]> {
    const come = sidecars.filter(({ pod }) => !this.#sidecars.has(idOf(pod)));
    for (const sidecar of come) this.#sidecars.set(idOf(sidecar.pod), sidecar);
    const answers = await Promise.all(
      come.map((sidecar) =>
        reach(this.#api, sidecar).catch((error: unknown) => {
          if (!this.#signal.aborted) {
            const why = (error as Error).message;
            this.#onFault(`the proxy of ${idOf(sidecar.pod)} cannot be asked: ${why}`);
          }
          return undefined;
        }),
      ),
    );
    const reached = answers.filter((one) => one !== undefined);
    this.#reached.push(...reached);
    if (this.#signal.aborted) this.close();
    return reached;
  }

  /** What became of the gateways, which are nobody's Deployment of the experiment: a sentence each. */
  async brokenGateways(objects: readonly KubernetesObject[]): Promise<string[]> {
    const before = this.sidecars.filter(({ role, pod }) => role === 'gateway' && hasProxy(pod));
    if (before.length === 0) return [];
    const now = new Map((await gatewaysOf(this.#api, objects)).map(({ pod }) => [idOf(pod), pod]));
    return before.flatMap(({ pod }) => whatBroke(pod, now.get(idOf(pod))));
  }

  close(): void {
    for (const { close } of this.#reached) close();
  }
}
