/** Real runs of `lab`, and what they have on this machine while they go on and afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../lab/main.ts', import.meta.url));

const cleanUps: (() => void)[] = [];

afterAll(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabProcess {
  readonly child: ChildProcess;
  /** What it has said on standard error so far. */
  readonly stderr: () => string;
  readonly ended: Promise<End>;
}

/** A folder that is gone after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'circuit-lab-test-'));
  cleanUps.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/**
 * `lab` with these arguments, in a working directory and with a folder for temporary files of its
 * own. By the former its processes are told from everybody else's.
 */
export function startLab(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): LabProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: home,
    env: {
      ...process.env,
      TMPDIR: temporaryFilesOf(home),
      // Shared by all runs and there to stay, so not looked for among what a run leaves behind.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUps.push(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]): End => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
  });
  return { child, stderr: () => stderr, ended };
}

/** The folder for temporary files of what runs in a home. */
export function temporaryFilesOf(home: string): string {
  const folder = join(home, 'tmp');
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface RunningProcess {
  readonly pid: number;
  /** Its arguments, the program first. */
  readonly command: readonly string[];
}

/** The processes whose working directory is a folder or lies in it. Linux only. */
export function processesIn(folder: string): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): RunningProcess[] => {
      try {
        if (!`${readlinkSync(`/proc/${name}/cwd`)}/`.startsWith(`${folder}/`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return [{ pid: Number(name), command }];
      } catch {
        // It ended just now, or is somebody else's.
        return [];
      }
    });
}

/** The inodes of the TCP sockets on which these processes listen. */
export function listeningSockets(processes: readonly RunningProcess[]): Set<string> {
  const all = allListeningSockets();
  const own = processes.flatMap(({ pid }) => {
    try {
      const folder = `/proc/${pid}/fd`;
      return readdirSync(folder).map((fd) => {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? '';
      });
    } catch {
      return [];
    }
  });
  return new Set(own.filter((inode) => all.has(inode)));
}

/** The inodes of all TCP sockets of this machine that listen. */
export function allListeningSockets(): Set<string> {
  const LISTEN = '0A';
  return new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === LISTEN)
        .map((columns) => columns[9] ?? ''),
    ),
  );
}

/** Waits for a condition; what it waits for names the failure. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(20);
  }
}
