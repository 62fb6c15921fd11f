/** What runs of a mesh that is played with: its processes, its load, what they tell. */
import { LOADS } from '../../apps/contract.ts';
import { durationMs } from '../../istio/duration.ts';
import { loggedMs } from '../local/flush.ts';
import { LocalMesh } from '../local/localMesh.ts';
import { podId } from '../mesh/model.ts';
import type { Plan, PlannedApp } from '../mesh/plan.ts';
import type { Prepared } from '../watch/observe.ts';
import { LiveLoad } from './liveLoad.ts';
import { LiveRecord } from './liveRecord.ts';
import { type ProxyReading, readProxy } from './readings.ts';

export interface RunningOptions {
  /** Path of the Envoy executable. */
  readonly envoy: string;
  /** A load ends after so long by itself, in ms. */
  readonly loadMs: number;
  /** Something ended by itself, as a sentence. */
  readonly onEnd: (how: string) => void;
  /** The load began, is ending or has ended. */
  readonly onLoad: (state: LoadState) => void;
}

export type LoadState = 'on' | 'ending' | 'off';

/** An experiment, and who takes part in it. */
export interface Cast {
  readonly prepared: Prepared;
  readonly plan: Plan;
}

export class Running {
  readonly record: LiveRecord;
  readonly #options: RunningOptions;
  #cast: Cast | undefined;
  #local: LocalMesh | undefined;
  #load: LiveLoad | undefined;
  #loadState: LoadState = 'off';
  #loadTimer: NodeJS.Timeout | undefined;
  #limits = new Map<string, ProxyReading['limitsOf']>();
  #isOver = false;

  constructor(options: RunningOptions) {
    this.#options = options;
    this.record = new LiveRecord({
      podAt: (address) => this.#podAt(address),
      workloadOf: (id) => {
        const pods = this.#cast?.prepared.mesh.pods ?? [];
        return pods.find((one) => podId(one) === id)?.workload ?? id;
      },
      limitsOf: (pod, cluster) => this.#limits.get(pod)?.get(cluster),
    });
  }

  get load(): LoadState {
    return this.#loadState;
  }

  /** How many proxies there are. */
  get proxies(): number {
    return this.#local?.proxies.length ?? 0;
  }

  get inBatches(): boolean {
    return LOADS[this.#cast?.prepared.experiment.load ?? 'batch'].inBatches;
  }

  /** Starts all processes but the clients. @throws LabError where one does not start */
  async start(cast: Cast): Promise<void> {
    if (this.#isOver) return;
    const { onEnd, envoy } = this.#options;
    const { mesh, timeScale } = cast.prepared;
    const ignore = (): void => undefined;
    const local = new LocalMesh({
      ...{ mesh, plan: cast.plan, timeScale, envoy, live: true as const },
      ...{ onClientLine: ignore, onLag: ignore },
      onAccessLog: (pod, role, line) => {
        this.record.proxyLine(pod, role, line);
      },
      onEnd: (_, how) => {
        onEnd(how);
      },
    });
    this.#local = local;
    this.#take(cast);
    await local.start();
    this.#load = new LiveLoad({
      mesh: local,
      onLine: (line) => {
        this.record.clientLine(line);
      },
      onBegin: () => {
        this.record.begin({
          ...{ inBatches: this.inBatches, clients: this.#cast?.plan.clients.length ?? 0 },
          serviceTimeMs: this.#serviceTimeMs,
          loggedMs: loggedMs(cast.plan),
        });
      },
      onEnd,
    });
  }

  /** @returns false where it has to be started anew for that; nothing was changed then */
  async update(cast: Cast): Promise<boolean> {
    const isDone = (await this.#local?.update(cast.prepared.mesh, cast.plan)) === true;
    if (isDone) this.#take(cast);
    return isDone;
  }

  kill(pod: string): Promise<void> {
    return this.#local?.kill(pod) ?? Promise.resolve();
  }

  revive(server: PlannedApp): Promise<void> {
    return this.#local?.revive(server) ?? Promise.resolve();
  }

  /** Lets the clients begin, for a while. */
  async begin(): Promise<void> {
    if (this.#loadState !== 'off' || this.#isOver) return;
    await this.#load?.start(this.#cast?.plan.clients ?? []);
    this.#goOn('on');
    clearTimeout(this.#loadTimer);
    this.#loadTimer = setTimeout(() => void this.finish(), this.#options.loadMs);
  }

  /** No request more; resolves when those under way were answered. */
  async finish(): Promise<void> {
    if (this.#loadState !== 'on') return;
    this.#goOn('ending');
    clearTimeout(this.#loadTimer);
    await this.#load?.finish();
    this.#goOn('off');
  }

  /** Ends the load at once, for good: nothing is started after it. */
  async stopLoad(): Promise<void> {
    this.#isOver = true;
    await this.#load?.stop();
  }

  /** Ends everything, at once. */
  async stop(): Promise<void> {
    await this.stopLoad();
    await this.end();
  }

  /** Ends what runs, for something else to be started. */
  async end(): Promise<void> {
    clearTimeout(this.#loadTimer);
    await this.#load?.stop();
    await this.#local?.stop();
    this.#load = undefined;
    this.#local = undefined;
    if (!this.#isOver) this.#goOn('off');
  }

  /** What every proxy shows now. */
  async readings(): Promise<ProxyReading[]> {
    const read = (this.#local?.proxies ?? []).map((proxy) =>
      readProxy(proxy, (address) => this.#podAt(address)),
    );
    // One that has just died answers nothing; its end is said by itself.
    const proxies = (await Promise.allSettled(read)).flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    );
    for (const { pod, limitsOf } of proxies) this.#limits.set(pod, limitsOf);
    return proxies;
  }

  #goOn(state: LoadState): void {
    this.#loadState = state;
    this.#options.onLoad(state);
  }

  #take(cast: Cast): void {
    this.#cast = cast;
    this.record.takes(this.#serviceTimeMs);
  }

  get #serviceTimeMs(): number {
    const { experiment, timeScale } = this.#cast?.prepared ?? {};
    return durationMs(experiment?.serviceTime ?? '0s') * (timeScale ?? 1);
  }

  #podAt(address: string): string {
    return this.#local?.podAt(address) ?? address;
  }
}
