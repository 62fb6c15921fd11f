/** What an image of the apps has in its folder, by their Dockerfile. */
import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from './project.ts';

const APPS = join(ROOT, 'apps');

/** The files and folders that the Dockerfile copies, for either app. */
export function copiedByDockerfile(): string[] {
  const dockerfile = readFileSync(join(APPS, 'Dockerfile'), 'utf8');
  return [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' ').map((source) => basename(source)),
  );
}

/** Copies them as the Dockerfile does. */
export function copyApps(folder: string): void {
  for (const part of copiedByDockerfile()) {
    cpSync(join(APPS, part), join(folder, part), { recursive: true });
  }
}
