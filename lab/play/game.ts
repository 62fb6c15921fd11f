/** A mesh that is played with: what is turned and done to it, what is seen of it, what is predicted. */
import { durationMs } from '../../istio/duration.ts';
import { LabError } from '../../errors/labError.ts';
import type { Foretelling } from '../../experiment/foretold.ts';
import { refuseTooMany } from '../local/tooMany.ts';
import { podId } from '../mesh/model.ts';
import { type Plan, planOf } from '../mesh/plan.ts';
import { foretell } from '../predict/foretell.ts';
import { shortNames } from '../analysis/podNames.ts';
import { type Beside, besideOf } from './beside.ts';
import type { Control } from './controls.ts';
import { type Fault, withFaults } from './faults.ts';
import { withBoundedLoads } from './liveLoad.ts';
import type { Bucket } from './liveRecord.ts';
import { byWay, type ProxyReading } from './readings.ts';
import type { Prepared } from '../watch/observe.ts';
import { type Cast, type LoadState, Running } from './running.ts';
import { changesOf, type Values } from './settings.ts';
import type { Turner } from './turner.ts';

/** What changes when somebody turns something. */
export interface State {
  readonly values: Values;
  /** As they were before anybody turned one. */
  readonly given: Values;
  readonly cannot: Turner['cannot'];
  readonly servers: readonly { readonly pod: string; readonly fault: Fault }[];
  readonly load: LoadState;
  /** What goes on that takes a while; empty for nothing. */
  readonly busy: string;
  /** What was done, and what broke: the latest last. */
  readonly said: readonly { readonly epoch: number; readonly text: string }[];
  /** The settings, as text to copy. */
  readonly copied: string;
  /** Counts what was turned. */
  readonly epoch: number;
}

/** What changes by itself. */
export interface Moment {
  /** Since the start. */
  readonly atMs: number;
  readonly proxies: readonly Omit<ProxyReading, 'limitsOf'>[];
  readonly buckets: readonly Bucket[];
  readonly beside: Beside;
}

export interface GameOptions {
  readonly turner: Turner;
  /** Path of the Envoy executable. */
  readonly envoy: string;
  /** A load ends after so long by itself, in ms. */
  readonly loadMs: number;
  readonly onState: (state: State) => void;
}

const MOST_SAID = 12;

export class Game {
  readonly #options: GameOptions;
  readonly #running: Running;
  readonly #faults = new Map<string, Fault>();
  #values: Values;
  #cast: Cast | undefined;
  #busy = '';
  #said: State['said'] = [];
  #epoch = 0;
  #foretelling: Foretelling = { problem: 'not asked yet' };
  /** Controls are done one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(options: GameOptions) {
    this.#options = options;
    this.#values = options.turner.values;
    this.#running = new Running({
      ...options,
      onEnd: (how) => {
        this.#say(how);
        this.#tell();
      },
      onLoad: () => {
        this.#tell();
      },
    });
  }

  /** @throws LabError where something does not start */
  async start(): Promise<void> {
    const cast = await this.#castOf(this.#values);
    this.#cast = cast;
    await this.#running.start(cast);
    await this.#foretell();
    await this.#running.begin();
  }

  /**
   * @returns what was done
   * @throws LabError for what cannot be done
   */
  act(control: Control): Promise<string> {
    const done = this.#queue.then(() => this.#act(control));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** How many proxies there are. */
  get proxies(): number {
    return this.#running.proxies;
  }

  get state(): State {
    const { turner } = this.#options;
    return {
      ...{
        values: this.#values,
        given: turner.values,
        cannot: turner.cannot,
        load: this.#running.load,
      },
      servers: (this.#cast?.plan.servers ?? []).map(({ pod }) => ({
        ...{ pod: podId(pod), fault: this.#faults.get(podId(pod)) ?? 'none' },
      })),
      ...{ busy: this.#busy, said: this.#said, epoch: this.#epoch },
      copied: turner.copied(this.#values),
    };
  }

  /** Asks every proxy. */
  async moment(): Promise<Moment> {
    const { record, inBatches } = this.#running;
    const proxies = await this.#running.readings();
    const buckets = record.buckets();
    return {
      ...{ atMs: Date.now() - record.startedAt, buckets },
      proxies: proxies.map(({ limitsOf, ...shown }) => shown).sort(byWay),
      beside: besideOf(this.#foretelling, buckets, { epoch: this.#epoch, inBatches }),
    };
  }

  /** Ends everything, at once. */
  async stop(): Promise<void> {
    this.#isOver = true;
    // What is being done waits for the load at the most: with that it comes to its end.
    await this.#running.stopLoad();
    await this.#queue;
    await this.#running.stop();
  }

  async #act(control: Control): Promise<string> {
    const { turner } = this.#options;
    try {
      switch (control.do) {
        case 'set':
          return await this.#turn({ ...this.#values, ...control.values });
        case 'reset':
          return await this.#turn(turner.values);
        case 'fault':
          return await this.#harm(control.pod, control.fault);
        case 'load':
          await (control.on ? this.#running.begin() : this.#running.finish());
          return control.on ? 'the load goes on' : 'the load has ended';
        case 'save':
          return `${turner.save(control.name, this.#values)} is written`;
        case 'end':
          return 'everything ends';
      }
    } finally {
      this.#busy = '';
      this.#tell();
    }
  }

  async #turn(values: Values): Promise<string> {
    const changes = changesOf(this.#values, values).join(', ');
    if (changes === '') return 'nothing changed';
    this.#refuseStuck(values);
    this.#working('turning');
    const before = this.#cast;
    const wasOn = this.#running.load === 'on';
    const cast = await this.#castOf(values);
    refuseTooMany(cast.plan);
    if (await this.#running.update(cast)) {
      this.#take(cast, values);
      const isIdle = cast.prepared.digest === before?.prepared.digest;
      this.#say(isIdle ? `${changes}: nothing in these objects depends on it` : changes);
      if (wasOn && sent(cast.plan) !== sent(before?.plan)) {
        this.#working('the load changes when what is under way was answered');
        await this.#running.finish();
        await this.#running.begin();
      }
    } else {
      this.#working('the mesh is started anew');
      await this.#running.end();
      this.#faults.clear();
      const fresh = await this.#castOf(values);
      await this.#running.start(fresh);
      this.#take(fresh, values);
      this.#say(`${changes}: the mesh was started anew`);
      if (wasOn) await this.#running.begin();
    }
    await this.#foretell();
    return changes;
  }

  async #harm(pod: string, fault: Fault): Promise<string> {
    const before = this.#faults.get(pod) ?? 'none';
    const isServer = (plan: Plan | undefined) =>
      plan?.servers.find((one) => podId(one.pod) === pod);
    if (isServer(this.#cast?.plan) === undefined) {
      throw new LabError(`'${pod}' is no server of this mesh`);
    }
    if (before === fault) return `${this.#called(pod)} ${TOLD[fault]}`;
    this.#faults.set(pod, fault);
    const cast = await this.#castOf(this.#values);
    const server = isServer(cast.plan);
    if (fault === 'killed') await this.#running.kill(pod);
    else if (before === 'killed' && server !== undefined) await this.#running.revive(server);
    await this.#running.update(cast);
    this.#take(cast, this.#values);
    const said = `${this.#called(pod)} ${TOLD[fault]}`;
    this.#say(said);
    await this.#foretell();
    return said;
  }

  /** @throws LabError for a setting that cannot be turned here */
  #refuseStuck(values: Values): void {
    for (const [name, why] of Object.entries(this.#options.turner.cannot)) {
      const isTurned = this.#values[name as keyof Values] !== values[name as keyof Values];
      if (isTurned) throw new LabError(`${name}: ${why}`);
    }
  }

  async #castOf(values: Values): Promise<Cast> {
    const prepared = withPlainTimes(await this.#options.turner.prepared(values));
    const mesh = withFaults(withBoundedLoads(prepared.mesh), this.#faults);
    return { prepared: { ...prepared, mesh }, plan: planOf(mesh) };
  }

  #take(cast: Cast, values: Values): void {
    this.#cast = cast;
    this.#values = values;
    this.#epoch = this.#running.record.turned();
  }

  /** On this machine, beside what runs on it: it takes a small part of a second. */
  async #foretell(): Promise<void> {
    const killed = [...this.#faults].filter(([, fault]) => fault === 'killed');
    if (killed.length > 0) {
      const who = killed.map(([pod]) => this.#called(pod)).join(', ');
      this.#foretelling = { problem: `${who} is killed, and nobody dies in a prediction` };
    } else if (this.#cast !== undefined) {
      this.#foretelling = await foretell(this.#cast.prepared);
    }
  }

  /** Of a pod, its name where no other has it. */
  #called(pod: string): string {
    const ids = (this.#cast?.prepared.mesh.pods ?? []).map(podId);
    return shortNames(new Set(ids)).get(pod) ?? pod;
  }

  #say(text: string): void {
    this.#said = [...this.#said, { epoch: this.#epoch, text }].slice(-MOST_SAID);
  }

  #working(what: string): void {
    this.#busy = what;
    this.#tell();
  }

  #tell(): void {
    if (!this.#isOver) this.#options.onState(this.state);
  }
}

/** Below it an answer's time in service times tells of the machine, which is busy with the page as well. */
const SHORT_MS = 50;

/** Answers are told apart by their time only where that says something, of what is seen and predicted alike. */
function withPlainTimes(prepared: Prepared): Prepared {
  const { experiment, timeScale } = prepared;
  if (durationMs(experiment.serviceTime) * timeScale >= SHORT_MS) return prepared;
  return { ...prepared, experiment: { ...experiment, serviceTime: '0s' } };
}

const TOLD: Readonly<Record<Fault, string>> = {
  none: 'is well again',
  failing: 'answers 502',
  slow: 'takes five times as long',
  killed: 'is killed',
};

/** What decides how clients send. */
function sent(plan: Plan | undefined): string {
  return JSON.stringify(plan?.clients.map(({ env, url }) => [env, url.href]));
}
