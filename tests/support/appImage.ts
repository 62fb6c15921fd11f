/** What the images of the apps hold, as apps/Dockerfile and its .dockerignore have it. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

const APPS = join(ROOT, 'apps');

/** Puts what both images hold into a folder, which is the images' `/app`. */
export function copyApps(folder: string): void {
  const allowed = linesOf('.dockerignore').flatMap((line) => /^!(.+)$/.exec(line)?.[1] ?? []);
  for (const line of linesOf('Dockerfile')) {
    const [, words] = /^COPY (.+)$/.exec(line) ?? [];
    if (words === undefined) continue;
    const sources = words.split(' ').slice(0, -1);
    for (const source of sources.map((one) => one.replace(/\/$/, ''))) {
      // A builder is not given it, and says so.
      if (!allowed.includes(source)) throw new Error(`apps/.dockerignore leaves out ${source}`);
      cpSync(join(APPS, source), join(folder, source), { recursive: true });
    }
  }
}

function linesOf(file: string): string[] {
  return readFileSync(join(APPS, file), 'utf8').split('\n');
}
