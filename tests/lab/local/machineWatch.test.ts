/** What a busy machine does to a process is noticed: real processes, more of them than processors. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import type { Lag } from '../../../lab/analysis/disturbance.ts';
import { MachineWatch } from '../../../lab/local/machineWatch.ts';
import { until } from './support.ts';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A process that never rests, for ten seconds at most. */
function busyProcess(): number {
  const work = 'const end = Date.now() + 10_000; while (Date.now() < end);';
  const child = spawn(process.execPath, ['-e', work], { stdio: 'ignore' });
  ends.push(() => child.kill('SIGKILL'));
  return child.pid ?? expect.fail('not started');
}

function watch(): { lags: Lag[]; machine: MachineWatch } {
  const lags: Lag[] = [];
  const machine = new MachineWatch((lag) => lags.push(lag));
  ends.push(() => {
    machine.stop();
  });
  void machine.start();
  return { lags, machine };
}

it.runIf(process.platform === 'linux')('tells who waited for a processor', async () => {
  const { lags, machine } = watch();
  const pids = Array.from({ length: 2 * availableParallelism() + 1 }, busyProcess);
  machine.add(pids.map((pid, n) => ({ name: `process ${n}`, pid })));
  const lag = await until('one has waited', () =>
    lags.find(({ who }) => who.startsWith('process')),
  );
  expect(lag.who).toMatch(/^process \d+ waited for a processor$/);
  expect(lag.lagMs).toBeGreaterThan(5);
  expect(Math.abs(Date.now() - lag.at)).toBeLessThan(20_000);
});

it('tells that this process was late where it does something for the run, and else not', async () => {
  const { lags, machine } = watch();
  const block = (): void => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  };
  const isOwn = ({ who }: Lag): boolean => who === 'the forwarder was late';
  block();
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(lags.filter(isOwn)).toEqual([]);
  machine.addOwn('the forwarder');
  // The timer that is under way began before.
  const lag = await until('it was late', () => {
    block();
    return lags.find(isOwn);
  });
  expect(lag.lagMs).toBeGreaterThan(5);
});

it('passes over a process that is not there', () => {
  const { machine } = watch();
  expect(() => {
    machine.add([{ name: 'gone', pid: 2 ** 22 + 1 }]);
  }).not.toThrow();
});
