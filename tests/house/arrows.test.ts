/** What `npm run arrows` refuses: imports that no room may have, in a house of two files each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions, type IReporterOutput } from 'dependency-cruiser';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

/** Plain JavaScript, as its program wants it. */
const RULES = '../../.dependency-cruiser.js';

/** The names of the rules that a file breaks when it imports another one. */
async function broken(from: string, to: string): Promise<string[]> {
  const house = temporaryFolder();
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  };
  write(to, 'export const it = 1;\n');
  const up = '../'.repeat(from.split('/').length - 1);
  write(from, `export { it } from '${up === '' ? './' : up}${to}';\n`);
  const { default: ruleSet } = (await import(RULES)) as { default: ICruiseOptions['ruleSet'] };
  const options = { baseDir: house, ruleSet, validate: true } as ICruiseOptions;
  const { output } = (await cruise(['.'], options)) as IReporterOutput & {
    output: { summary: { violations: { rule: { name: string } }[] } };
  };
  return output.summary.violations.map(({ rule }) => rule.name);
}

it.each([
  ['experiment/a.ts', 'lab/mesh/b.ts', 'arrows-of-experiment'],
  ['envoy/a.ts', 'experiment/b.ts', 'arrows-of-envoy'],
  ['config/a.ts', 'components/b.ts', 'arrows-of-config'],
  ['apps/client/a.ts', 'istio/b.ts', 'arrows-of-apps'],
  ['lab/analysis/a.ts', 'lab/local/b.ts', 'arrows-of-lab-analysis'],
  ['lab/report/a.ts', 'lab/cluster/b.ts', 'arrows-of-lab-report'],
  ['lab/istiod/a.ts', 'apps/server/b.ts', 'arrows-of-lab-istiod'],
])('%s may not import %s', async (from, to, rule) => {
  expect(await broken(from, to)).toEqual([rule]);
});

it.each([
  ['lab/istiod/a.ts', 'lab/mesh/b.ts'],
  ['lab/mesh/a.ts', 'apps/contract.ts'],
  ['lab/commands/a.ts', 'lab/cluster/b.ts'],
  ['index.ts', 'components/b.ts'],
])('%s may import %s', async (from, to) => {
  expect(await broken(from, to)).toEqual([]);
});
