/** What runs of `lab` have on this machine, while they go on and afterwards. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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

/** What the busiest of machines may take. */
const PATIENCE_MS = 100_000;

/** Waits for a condition; what it waits for names the failure. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(20);
  }
}
