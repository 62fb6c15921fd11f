/** A copy of the project with a stack of its own, and the real Pulumi CLI on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { PROJECT } from '../../config/parse.ts';
import { ROOT } from '../support/project.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Tests of a Project, which is a copy on disk: without what they need it is not made, and one test says why. */
export function describeWith(need: string, isThere: boolean) {
  return (name: string, tests: () => void): void => {
    if (isThere) describe(name, tests);
    else {
      describe(name, () => {
        it('can be tested', ({ skip }) => {
          skip(`needs ${need}`);
        });
      });
    }
  };
}

export const describeWithCli = describeWith('a pulumi on PATH', inject('pulumiCli'));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A step of `pulumi preview --json`. */
interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

/** A service time so short that a run of two batches takes a second. */
export const QUICK: Readonly<Record<string, unknown>> = {
  serverDelay: '200ms',
  batchInterval: '500ms',
  batches: 2,
  maxConnections: 5,
  http1MaxPendingRequests: 1,
};

/** Of the project's folder: what is linked, or no part of a copy. */
const SHARED = ['node_modules', '.envoy'];
const LEFT_OUT = [...SHARED, '.git', '.lab', '.runs', '.book'];

export class Project {
  readonly folder = temporaryFolder();
  readonly backend = temporaryFolder();
  readonly stack: string;

  readonly #env: NodeJS.ProcessEnv;

  /**
   * @param config of the stack `Pulumi.<stack>.yaml`
   * @param env for all programs; by default they find no cluster
   */
  constructor(
    stack: string,
    config: Readonly<Record<string, unknown>>,
    env: NodeJS.ProcessEnv = {},
  ) {
    this.stack = stack;
    this.#env = env;
    cpSync(ROOT, this.folder, {
      recursive: true,
      filter: (path) => !LEFT_OUT.includes(relative(ROOT, path)),
    });
    for (const shared of SHARED) {
      mkdirSync(join(ROOT, shared), { recursive: true });
      symlinkSync(join(ROOT, shared), join(this.folder, shared));
    }
    this.configure(config);
    afterAll(() => {
      for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
    });
  }

  /** Writes the stack's file as the CLI would write it. */
  configure(config: Readonly<Record<string, unknown>>): void {
    const entries = Object.entries(config).map(([key, value]) => [
      `${PROJECT}:${key}`,
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
    ]);
    const { encryptionsalt } = parse(this.text('Pulumi.dev.yaml')) as { encryptionsalt: string };
    writeFileSync(
      join(this.folder, `Pulumi.${this.stack}.yaml`),
      stringify(
        { config: Object.fromEntries(entries) as object, encryptionsalt },
        { defaultStringType: 'PLAIN', defaultKeyType: 'PLAIN' },
      ),
    );
  }

  /** Starts a program in the project's folder, as in a shell without a cluster. */
  start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(file, args, {
      cwd: this.folder,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
        PULUMI_BACKEND_URL: `file://${this.backend}`,
        PULUMI_CONFIG_PASSPHRASE: '',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        KUBECONFIG: join(this.folder, 'no-such-kubeconfig'),
        ...this.#env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(file: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome> {
    const child = this.start(file, args, env);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  pulumi(...args: string[]): Promise<Outcome> {
    return this.run('pulumi', [...args, '--stack', this.stack, '--color', 'never']);
  }

  /** As `pulumi`, for what must go well. */
  async succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(...args);
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
    return stdout;
  }

  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.succeed(...args, '--json'));
  }

  /** Every resource that an update would change: `<operation> <type> <name>` and its fields. */
  async changes(): Promise<Record<string, string[]>> {
    const { steps } = (await this.json('preview')) as { steps: readonly Step[] };
    return Object.fromEntries(
      steps
        .filter(({ op }) => op !== 'same')
        .map(({ op, urn, detailedDiff }) => {
          const [type = '', name = ''] = urn.split('::').slice(-2);
          const kind = type.split('$').at(-1) ?? '';
          return [`${op} ${kind} ${name}`, Object.keys(detailedDiff ?? {})];
        }),
    );
  }

  /** What lies in the project's folder, without what is shared: path and content. */
  files(): Record<string, string> {
    const paths = readdirSync(this.folder)
      .filter((entry) => !SHARED.includes(entry))
      .flatMap((entry) =>
        statSync(join(this.folder, entry)).isFile()
          ? [entry]
          : readdirSync(join(this.folder, entry), { recursive: true, withFileTypes: true })
              .filter((each) => each.isFile())
              .map((each) => relative(this.folder, join(each.parentPath, each.name))),
      );
    return Object.fromEntries(paths.sort().map((path) => [path, this.text(path)]));
  }

  /** When a file was written. */
  writtenAt(path: string): number {
    return statSync(join(this.folder, path)).mtimeMs;
  }

  text(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Processes that work in the project's folder. */
  processes(): { pid: number; command: string }[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        try {
          if (!readlinkSync(`/proc/${entry}/cwd`).startsWith(this.folder)) return [];
          const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
          return command === '' ? [] : [{ pid: Number(entry), command }];
        } catch {
          // It has ended in the meantime.
          return [];
        }
      });
  }
}
