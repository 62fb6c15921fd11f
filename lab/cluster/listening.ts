/** Everything that pods say while they are observed, each container's log followed once. */
import { parseClientLine } from '../watch/clientLog.ts';
import type { Role } from '../../experiment/roles.ts';
import type { Recorder } from '../watch/recorder.ts';
import type { ClusterApi } from './api.ts';
import { followLog } from './logFollower.ts';
import { idOf, nameOf } from './podState.ts';
import type { Member } from './roster.ts';
import type { Rounds } from './rounds.ts';
import type { Sidecar } from './sidecars.ts';

export interface ListeningOptions {
  readonly api: ClusterApi;
  readonly recorder: Recorder;
  readonly rounds: Rounds;
  /** Epoch ms; what was logged before is not read. 0 reads all. */
  readonly since: number;
  /** Where streams that broke are told of. */
  readonly faults: string[];
  readonly signal: AbortSignal;
}

export class Listening {
  readonly #options: ListeningOptions;
  readonly #followed = new Set<string>();
  #heardAt = Date.now();

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** How long no client has said anything, in ms. */
  silentFor(): number {
    return Date.now() - this.#heardAt;
  }

  /** Begins to follow whoever is not followed yet. */
  follow(members: readonly Member[], sidecars: readonly Sidecar[]): void {
    const { rounds, recorder } = this.#options;
    this.#heardAt = Date.now();
    for (const { pod, workload } of members) {
      if (workload.role !== 'client') continue;
      this.#followOne(workload.namespace, nameOf(pod), workload.container, (line) => {
        this.#heardAt = Date.now();
        const event = parseClientLine(line);
        if (event !== undefined) rounds.seen(idOf(pod), event);
      });
    }
    for (const { pod, role, container } of sidecars) {
      const namespace = pod.metadata?.namespace ?? '';
      this.#followOne(namespace, nameOf(pod), container, this.#proxyLine(pod, role, recorder));
    }
  }

  #proxyLine(pod: Sidecar['pod'], role: Role, recorder: Recorder): (line: string) => void {
    return (line) => {
      recorder.proxyLine(idOf(pod), role, line);
    };
  }

  #followOne(
    namespace: string,
    pod: string,
    container: string,
    onLine: (line: string) => void,
  ): void {
    const key = `${namespace}/${pod}/${container}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    const { api, since, faults, signal } = this.#options;
    const position = {
      namespace,
      pod,
      container,
      ...(since > 0 && { since: new Date(since).toISOString() }),
    };
    void followLog(
      api,
      {
        position,
        onLine,
        onBreak: (why) => {
          const fault = `the log of pod ${namespace}/${pod}, container ${container}, broke off and was taken up again: ${why}`;
          if (!faults.includes(fault)) faults.push(fault);
        },
      },
      signal,
    );
  }
}
