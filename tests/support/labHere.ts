/** The real command line, in this process: for what it says of its words, where a process of its own adds nothing. */
import { vi } from 'vitest';
import { runCommand } from '../../lab/commandLine.ts';
import type { Outcome } from './lab.ts';

let before: Promise<unknown> = Promise.resolve();

/** Runs `lab` with these arguments to its end, one after the other: they share what they say it on. */
export function labHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const own = before.then(() => run(args, env));
  before = own.catch(() => undefined);
  return own;
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  process.exitCode = undefined;
  try {
    await runCommand(args);
    const { exitCode } = process as { readonly exitCode?: number | string | null };
    return { code: Number(exitCode ?? 0), ...said };
  } finally {
    process.exitCode = undefined;
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}
