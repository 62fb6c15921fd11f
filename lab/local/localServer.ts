/** A server of the mesh as a process: started, told to behave otherwise, killed, brought back. */
import { SERVER } from '../../apps/contract.ts';
import type { Lag } from '../analysis/disturbance.ts';
import { podId } from '../mesh/model.ts';
import type { PlannedApp } from '../mesh/plan.ts';
import { startApp } from './apps.ts';
import type { Child } from './children.ts';
import { type AppPorts, numbersOf } from './ports.ts';
import { parseServerLine } from './serverLog.ts';
import { failure } from './starting.ts';

type Variables = Readonly<Record<string, string>>;

export interface LocalServerOptions {
  readonly server: PlannedApp;
  /** Of its application, by container port. */
  readonly ports: AppPorts;
  /** Whether it may be told otherwise while it runs. */
  readonly live: boolean;
  readonly onLag: (lag: Lag) => void;
  /** Told at once of every process, so that whoever starts it can stop it while it still comes up. */
  readonly onStart: (child: Child) => void;
}

export class LocalServer {
  readonly #options: LocalServerOptions;
  #child: Child | undefined;
  /** What the process that runs was started with. */
  #started: Variables = {};

  constructor(options: LocalServerOptions) {
    this.#options = options;
  }

  /**
   * Resolves when it listens.
   *
   * @param env its own variables, and how it reaches what it calls
   * @throws LabError where it ends before that
   */
  async start(env: Variables): Promise<void> {
    const { server, ports, live, onLag, onStart } = this.#options;
    const listening = Promise.withResolvers<number>();
    const child = startApp('server', {
      name: `the server ${podId(server.pod)}`,
      env: {
        ...env,
        [SERVER.host]: '127.0.0.1',
        [SERVER.port]: [...numbersOf(ports).values()].join(','),
        [SERVER.reusePort]: process.platform === 'linux' ? '1' : '0',
        [SERVER.name]: server.pod.name,
        [SERVER.exitWithParent]: '1',
        [SERVER.live]: live ? '1' : '0',
      },
      onLine: (line) => {
        const event = parseServerLine(line);
        if (event?.event === 'listening') listening.resolve(event.port);
        if (event?.event === 'lag') onLag({ ...event, who: `${podId(server.pod)} was late` });
      },
    });
    this.#child = child;
    this.#started = env;
    onStart(child);
    await Promise.race([listening.promise, failure(child)]);
    for (const held of ports.values()) held.release();
  }

  /** From now on it behaves by these variables, where one was started that may be told. */
  tell(env: Variables): void {
    const names = new Set([...Object.keys(this.#started), ...Object.keys(env)]);
    const changed = [...names].filter((name) => env[name] !== this.#started[name]);
    // An empty variable counts as unset.
    const told = Object.fromEntries(changed.map((name) => [name, env[name] ?? '']));
    this.#child?.tell(JSON.stringify(told));
  }

  /** Ends it at once, with what it was doing; its ports refuse connections until it is started again. */
  async kill(): Promise<void> {
    await this.#child?.stop();
    this.#child = undefined;
  }
}
