import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';

/** Writes a shell script that stands for a program; returns its path. */
export function fakeProgram(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  // A test's PATH has fakes only; the scripts themselves may use the system's tools.
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A folder with the given programs, and an environment whose PATH is that folder alone. */
export function machineWith(programs: Record<string, string>): {
  bin: string;
  env: NodeJS.ProcessEnv;
} {
  const bin = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) fakeProgram(join(bin, name), script);
  return { bin, env: { PATH: bin } };
}

/** What an Envoy of this version does when it is asked. */
export function envoySaying(version: string): string {
  return `echo; echo "envoy  version: 9e5580933739775e/${version}/Clean/RELEASE/BoringSSL"`;
}
