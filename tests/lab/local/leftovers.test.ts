/**
 * A run that is killed leaves nothing behind: no process, no listening port, no temporary folder,
 * at whichever moment and however it was killed. LAB_SLOW_TESTS=1 tries 20 moments, LAB_SEED
 * repeats those of an earlier run.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { allListeningSockets, listeningSockets, processesIn, until } from './support.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type LabProcess, startLab, temporaryFilesOf } from '../../support/lab.ts';

const MOMENTS = process.env['LAB_SLOW_TESTS'] === '1' ? 20 : 6;
const AT_A_TIME = 3;

const SIGNALS = ['SIGKILL', 'SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** As a shell counts them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGKILL: null } as const;

interface Moment {
  readonly seed: number;
  readonly signal: Signal;
  /** Counted from the start of the process, or from the end of the first batch. */
  readonly since: 'start' | 'traffic';
  readonly afterMs: number;
}

/** A number from 0 to 1 that follows from the seed (mulberry32). */
function random(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const SPAN_MS = { start: 2500, traffic: 1500 } as const;

const firstSeed = Number(process.env['LAB_SEED'] ?? Date.now() % 1_000_000);
const moments = Array.from({ length: MOMENTS }, (_, index): Moment => {
  const seed = firstSeed + index;
  const since = index % 2 === 0 ? 'start' : 'traffic';
  const signal = SIGNALS[index % SIGNALS.length] ?? 'SIGKILL';
  return { seed, signal, since, afterMs: Math.round(random(seed) * SPAN_MS[since]) };
});

function startRun(home: string): LabProcess {
  return startLab(['run', 'dev', '--json', '--batches', '1000'], home);
}

async function untilTraffic(lab: LabProcess): Promise<void> {
  await until('the first batch has ended', () => lab.stderr().includes('batch 1: '));
}

async function untilNothingIsLeft(home: string, sockets: ReadonlySet<string>): Promise<void> {
  const alive = (): string[] => processesIn(home).map(({ command }) => command.join(' '));
  const ports = (): string[] => [...sockets].filter((inode) => allListeningSockets().has(inode));
  const folders = (): string[] => readdirSync(temporaryFilesOf(home));
  const left = (): string[] => [...alive(), ...ports(), ...folders()];
  await until('nothing is left', () => left().length === 0).catch(() => undefined);
  expect({ alive: alive(), ports: ports(), folders: folders() }).toEqual({
    alive: [],
    ports: [],
    folders: [],
  });
}

async function killAt({ signal, since, afterMs }: Moment): Promise<void> {
  const home = temporaryFolder();
  const lab = startRun(home);
  if (since === 'traffic') await untilTraffic(lab);
  await delay(afterMs);

  const processes = processesIn(home);
  const sockets = listeningSockets(processes);
  // The lab, two apps, two Envoys and what guards them; else nothing could be found missing.
  expect(processes.length).toBeGreaterThanOrEqual(since === 'traffic' ? 7 : 1);
  expect(sockets.size).toBeGreaterThanOrEqual(since === 'traffic' ? 4 : 0);
  lab.child.kill(signal);

  const end = await lab.ended;
  await untilNothingIsLeft(home, sockets);
  // Until the run's own handlers stand, a signal ends the process by itself.
  const byItself = { code: null, signal };
  const inOrder = { code: EXIT_CODES[signal], signal: null };
  const wanted = signal === 'SIGKILL' || end.signal !== null ? byItself : inOrder;
  expect({ code: end.code, signal: end.signal }).toEqual(
    since === 'traffic' && signal !== 'SIGKILL' ? inOrder : wanted,
  );
  expect(end.stdout).toBe('');
}

describe.runIf(process.platform === 'linux')('a run that is killed leaves nothing behind', () => {
  const rounds = Array.from({ length: Math.ceil(MOMENTS / AT_A_TIME) }, (_, round) =>
    moments.slice(round * AT_A_TIME, (round + 1) * AT_A_TIME),
  );

  it.each(rounds.map((round) => ({ seeds: round.map(({ seed }) => seed).join(' '), round })))(
    'at random moments of seeds $seeds',
    async ({ seeds, round }) => {
      console.log(`killing runs at moments of seeds ${seeds}`);
      await Promise.all(
        round.map((moment) =>
          killAt(moment).catch((error: unknown) => {
            throw new Error(`of ${JSON.stringify(moment)}`, { cause: error });
          }),
        ),
      );
    },
  );

  it('when it is told twice and does not wait any more', async () => {
    const home = temporaryFolder();
    const lab = startRun(home);
    await untilTraffic(lab);
    const sockets = listeningSockets(processesIn(home));
    lab.child.kill('SIGINT');
    lab.child.kill('SIGTERM');
    expect((await lab.ended).code).toBeOneOf([EXIT_CODES.SIGINT, EXIT_CODES.SIGTERM]);
    await untilNothingIsLeft(home, sockets);
  });
});
