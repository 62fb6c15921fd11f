/** The applications of a model, as requests come to them, and what they call in turn. */
import { parseDuration } from '../../../apps/contract.ts';
import { isCalled } from '../../mesh/hosts.ts';
import { type Mesh, type Pod, podId, type Service } from '../../mesh/model.ts';
import type { PlannedApp } from '../../mesh/plan.ts';
import type * as model from '../model.ts';
import { NONE } from '../model.ts';
import { type Conduct, conductOf, workOf } from './appOf.ts';
import type { Asks } from './asks.ts';

type App = Omit<model.App, 'works' | 'calls'> & { works: model.Work[]; calls: model.Call[] };

/** How a pod reaches a Service with what it asks for. */
export type WayOut = (pod: Pod, service: Service, port: number, ask: number) => model.Door[];

export class Applications {
  readonly all: App[] = [];
  readonly #mesh: Mesh;
  readonly #asks: Asks;
  readonly #wayOut: WayOut;
  readonly #appOf = new Map<Pod, number>();
  readonly #conducts: Conduct[] = [];
  readonly #callers: Pod[] = [];

  constructor(mesh: Mesh, asks: Asks, wayOut: WayOut) {
    this.#mesh = mesh;
    this.#asks = asks;
    this.#wayOut = wayOut;
  }

  /** What each does for the asks that nobody brings it, too: a list has no holes. */
  fill(): void {
    this.all.forEach((app, index) => {
      const conduct = this.#conducts[index] as Conduct;
      this.#asks.all.forEach(({ path }, ask) => (app.works[ask] ??= workOf(conduct, path)));
    });
  }

  of(server: PlannedApp): number {
    const { pod, env } = server;
    let app = this.#appOf.get(pod);
    if (app === undefined) {
      const conduct = conductOf(env);
      const { concurrency, keepAlive, backlog, errors, callErrorStatus } = conduct;
      app =
        this.all.push({
          ...{ pod: podId(pod), concurrency, keepAlive, backlog, errors, callErrorStatus },
          ...{ calls: [], works: [] },
        }) - 1;
      this.#conducts.push(conduct);
      this.#callers.push(pod);
      this.#appOf.set(pod, app);
    }
    return app;
  }

  /** What an application does for an ask, and whom it calls for whichever. */
  ask(app: number, ask: number): void {
    const conduct = this.#conducts[app] as Conduct;
    const own = this.all[app] as App;
    own.works[ask] = workOf(conduct, this.#asks.all[ask]?.path ?? '/');
    if (own.calls.length > 0) return;
    const pod = this.#callers[app] as Pod;
    for (const { url: text, host, requestBytes = 0, attempts = 1, timeout } of conduct.calls) {
      const url = new URL(text);
      const called = this.#asks.of(url, {}, requestBytes > 0 ? 'POST' : 'GET', host ?? url.host);
      const { host: name, port } = this.#asks.all[called] as { host: string; port: number };
      const service = this.#mesh.services.find((one) => isCalled(one, name, pod));
      const doors =
        service === undefined
          ? [{ listener: NONE, app: NONE }]
          : this.#wayOut(pod, service, port, called);
      const timeoutMs =
        timeout === undefined ? Infinity : (parseDuration(timeout) ?? Infinity) * conduct.timeScale;
      own.calls.push({ ask: called, doors, attempts, timeoutMs });
    }
  }
}
