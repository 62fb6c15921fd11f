/** One `lab run` as a command of its own, and where its time went. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';

/** Seconds. */
export interface Seconds {
  /** The whole command. */
  readonly command: number;
  /** From its start until the first request is sent: everything is up. */
  readonly up: number;
  /** The command without the traffic; of several experiments, without the longest one's. */
  readonly overhead: number;
}

/** As much of an observation as any checkout prints. */
const observation = z.object({
  startedAt: z.string(),
  requests: z.array(z.object({ sentMs: z.number(), endedMs: z.number() })),
});
const summary = z.object({ observations: z.array(observation) });

/** Verdicts: one cold batch need not be what a stack expects, nor be judged. */
const JUDGED = [0, 1, 3];

/** The lab's program in a checkout, whichever its time calls it. */
export function mainOf(checkout: string): string | undefined {
  return ['lab/main.js', 'lab/main.ts']
    .map((file) => join(checkout, file))
    .find((file) => existsSync(file));
}

/**
 * @param main the lab's program
 * @param args of `lab run`
 * @throws Error with what it said where it could not run
 */
export async function timed(main: string, args: readonly string[]): Promise<Seconds> {
  const startedAt = Date.now();
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [main, 'run', ...args, '--json'],
    { stdin: 'ignore', reject: false, maxBuffer: 2 ** 28 },
  );
  const endedAt = Date.now();
  if (!JUDGED.includes(exitCode ?? NaN)) {
    throw new Error(`lab run ${args.join(' ')} of ${main} failed:\n${stderr}`);
  }
  const document = JSON.parse(stdout) as object;
  const observations =
    'observations' in document
      ? summary.parse(document).observations
      : [observation.parse(document)];
  const times = observations.map(({ startedAt: zero, requests }) => {
    const at = Date.parse(zero);
    return {
      first: at + Math.min(...requests.map(({ sentMs }) => sentMs)),
      last: at + Math.max(...requests.map(({ endedMs }) => endedMs)),
    };
  });
  const first = Math.min(...times.map((one) => one.first));
  const traffic = Math.max(...times.map((one) => one.last - one.first));
  return {
    command: (endedAt - startedAt) / 1000,
    up: (first - startedAt) / 1000,
    overhead: (endedAt - startedAt - traffic) / 1000,
  };
}
