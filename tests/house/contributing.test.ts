/** CONTRIBUTING.md leads to files that exist, and names every room that there is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/project.ts';

const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const way = /## The way of a threshold\n([^#]*)/.exec(page)?.[1] ?? '';

it('tells the way of a threshold in at most twelve lines, each a file', () => {
  const steps = way.match(/^\d+\. .*$/gm) ?? [];
  expect(steps.length).toBeGreaterThanOrEqual(8);
  expect(steps.length).toBeLessThanOrEqual(12);
  for (const step of steps) expect(step).toMatch(/^\d+\. `[\w./]+\.ts`: /);
});

it('names no file that is not there', () => {
  const named = [...page.matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|md|txt|js))`/g)].map(
    ([, file]) => file,
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((file) => !existsSync(join(ROOT, file ?? '')))).toEqual([]);
});

it('has a line for each room that has arrows', async () => {
  const RULES = '../../.dependency-cruiser.js';
  const { default: rules } = (await import(RULES)) as {
    default: { forbidden: { name: string; from: { path?: string | string[] } }[] };
  };
  const rooms = rules.forbidden
    .filter(({ name }) => name.startsWith('arrows-of-'))
    .map(({ from }) => String(from.path).replace('^', ''));
  expect(rooms.length).toBeGreaterThan(10);
  for (const room of rooms) expect(page).toContain(`\`${room}\``);
});
