/**
 * How often a verdict fails by chance alone: many simulated runs of every stack, of every linter rule's
 * experiment and of every myth's, none of them disturbed. Bounds that chance leaves more than once in some
 * hundred runs are too narrow.
 *
 *   npm run bench -- chance [runs] [time scale] [word]     (500 runs at 1 unless given; of those with the word)
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listStacks } from '../config/stackFiles.ts';
import { prepare } from '../lab/commands/prepare.ts';
import { sideOf } from '../lab/lint/experiment.ts';
import { RULES } from '../lab/lint/rules.ts';
import { PROJECT_ROOT } from '../lab/objects/source.ts';
import { predicted } from '../lab/predict/observe.ts';
import { drawTable } from '../lab/report/table.ts';
import type { Prepared } from '../lab/watch/observe.ts';
import { preparedOf } from '../lab/watch/prepared.ts';

const [runs = '500', timeScale = '1', word = ''] = process.argv.slice(2);
const pace = { batches: undefined, timeScale: Number(timeScale) };
const watching = { signal: new AbortController().signal, onProgress: () => undefined };
const MYTHS = join(PROJECT_ROOT, 'docs/myths');

type Make = () => Prepared | Promise<Prepared>;

const experiments: (readonly [string, Make])[] = [
  ...listStacks(PROJECT_ROOT).map((name): [string, Make] => [name, () => prepare(name, {}, pace)]),
  ...RULES.flatMap((rule) =>
    (['bad', 'good'] as const).map((side): [string, Make] => [
      `${rule.id} ${side}`,
      () => preparedOf(sideOf(rule, side), {}, pace),
    ]),
  ),
  ...readdirSync(MYTHS).map((name): [string, Make] => [
    name,
    () => prepare(undefined, { manifests: [join(MYTHS, name)] }, pace),
  ]),
];

for (const [name, make] of experiments.filter(([one]) => one.includes(word))) {
  const prepared = await make();
  const failures: { readonly seed: number; readonly name: string; readonly seen: string }[] = [];
  for (let seed = 1; seed <= Number(runs); seed += 1) {
    const { verdict } = await predicted({ seed })(prepared, watching);
    for (const check of verdict.checks) {
      if (check.outcome !== 'holds') failures.push({ seed, ...check });
    }
  }
  const failed = new Set(failures.map(({ seed }) => seed)).size;
  process.stdout.write(`${name}: ${failed} of ${runs} fail\n`);
  const rows = [...Map.groupBy(failures, (one) => one.name)].map(([check, all]) => [
    `  ${check}`,
    String(all.length),
    all[0]?.seen ?? '',
  ]);
  if (rows.length > 0) process.stdout.write(`${drawTable(['left', 'right', 'left'], rows)}\n`);
}
