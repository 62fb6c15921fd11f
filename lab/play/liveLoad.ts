/** The load of a mesh that is played with: it goes on until it is told to end, or its time is over. */
import { CLIENT, formatRate, loadTraits, parseRate } from '../../apps/contract.ts';
import type { Child } from '../local/children.ts';
import { startLocalClient } from '../local/localClient.ts';
import type { LocalMesh } from '../local/localMesh.ts';
import type { Mesh } from '../mesh/model.ts';
import type { PlannedClient } from '../mesh/plan.ts';

/**
 * The most that all workers of a closed load send in a second, together: what is refused at once is sent
 * again at once, and would keep the machine busy with nothing else.
 */
export const MOST_PER_SECOND = 200;

/** The mesh whose closed loads are kept to what one machine can watch. */
export function withBoundedLoads(mesh: Mesh): Mesh {
  const clients = mesh.pods.filter(({ runs }) => runs.app === 'client').length;
  const most = MOST_PER_SECOND / Math.max(1, clients);
  return {
    ...mesh,
    pods: mesh.pods.map((pod) => {
      const { runs } = pod;
      if (runs.app !== 'client' || loadTraits(runs.env[CLIENT.mode])?.closedLoop !== true) {
        return pod;
      }
      const own = parseRate(runs.env[CLIENT.rate] ?? '') ?? Infinity;
      return {
        ...pod,
        runs: { ...runs, env: { ...runs.env, [CLIENT.rate]: formatRate(Math.min(own, most)) } },
      };
    }),
  };
}

/** Longer than anybody plays: a closed load needs an end. */
const ENDLESS = '24h';

/** For what is under way when the load is to end: a request's own patience is shorter. */
const GRACE = '5m';

/** What goes on by itself goes on; steps and given times end, and begin again. */
function endless(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const mode = env[CLIENT.mode] ?? 'batch';
  if (mode === 'batch') return { [CLIENT.batches]: '0' };
  if (mode === 'steps' || mode === 'replay') return {};
  return { [CLIENT.requests]: '', [CLIENT.duration]: ENDLESS };
}

/** What the way of a word to all clients may take, so that they begin together. */
const TOLD_MS = 20;

export interface LiveLoadOptions {
  readonly mesh: Pick<LocalMesh, 'wayOf'>;
  readonly onLine: (line: string) => void;
  /** Told when all of a load is about to begin, from its first batch on. */
  readonly onBegin: () => void;
  /** A client that ended by itself, before it was done. */
  readonly onEnd: (how: string) => void;
}

export class LiveLoad {
  readonly #options: LiveLoadOptions;
  #children: Child[] = [];
  #isEnding = false;
  /** One that is stopped while it comes up never says that it is ready. */
  readonly #stopped = Promise.withResolvers<undefined>();

  constructor(options: LiveLoadOptions) {
    this.#options = options;
  }

  /** Starts the clients, and lets them begin together. */
  async start(clients: readonly PlannedClient[]): Promise<void> {
    const { mesh, onBegin, onEnd } = this.#options;
    this.#isEnding = false;
    const done = new Set<PlannedClient>();
    const started = await Promise.all(
      clients.map(async (client) => {
        const { child, ready } = startLocalClient(client, {
          way: await mesh.wayOf(client),
          env: { ...endless(client.env), [CLIENT.grace]: GRACE },
          onLine: this.#options.onLine,
        });
        this.#children.push(child);
        void child.unexpectedEnd.then((how) => {
          if (this.#isEnding) return;
          // What is done begins again; what broke would break again.
          if (how.includes('exit code 0')) done.add(client);
          else onEnd(how);
          if (done.size === clients.length) void this.#again(clients);
        });
        await Promise.race([ready, this.#stopped.promise]);
        return child;
      }),
    );
    onBegin();
    for (const child of started) child.tell(String(Date.now() + TOLD_MS));
  }

  /** No further request; resolves when those under way have been answered. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#children.map((child) => child.finish()));
    this.#children = [];
  }

  /** Ends them at once, for good. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#stopped.resolve(undefined);
    await Promise.all(this.#children.map((child) => child.stop()));
  }

  async #again(clients: readonly PlannedClient[]): Promise<void> {
    this.#children = [];
    await this.start(clients);
  }
}
