import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/project.ts';

const MOST_LINES = 300;
const NOT_OURS = ['node_modules', '.git', '.envoy', '.lab', '.book'];

it(`no file of code has more than ${MOST_LINES} lines`, () => {
  const files = readdirSync(ROOT, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.includes(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' }).map((name) =>
            join(entry.name, name),
          )
        : [entry.name],
    )
    .filter((name) => /\.[cm]?[jt]s$/.test(name));
  expect(files.length).toBeGreaterThan(200);
  const lines = (name: string): number =>
    readFileSync(join(ROOT, name), 'utf8').split('\n').length - 1;
  expect(files.filter((name) => lines(name) > MOST_LINES)).toEqual([]);
});
