/** Prometheus' own tool, where the machine has it (Debian's package prometheus). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from './folder.ts';

export const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0;

/** Said where it is missed: a test that was skipped in silence proves nothing. */
if (!HAS_PROMTOOL) {
  console.warn('rules are not checked by promtool: it is not on PATH (apt-get install prometheus)');
}

export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** @param files by name, as YAML, in the folder in which it runs */
export function promtool(args: readonly string[], files: Readonly<Record<string, unknown>>): Ran {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : stringify(content, { lineWidth: 0 });
    writeFileSync(join(folder, name), text);
  }
  try {
    const output = execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return { ok: true, output };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { ok: false, output: `${stdout}${stderr}` };
  }
}
