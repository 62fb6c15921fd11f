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
import { verdictsOf } from '../lab/predict/verdicts.ts';
import type { Prepared } from '../lab/watch/observe.ts';
import { preparedOf } from '../lab/watch/prepared.ts';

const [runs = '500', timeScale = '1', word = ''] = process.argv.slice(2);
const pace = { batches: undefined, timeScale: Number(timeScale) };
const MYTHS = join(PROJECT_ROOT, 'docs/myths');

type Named = readonly [name: string, prepare: () => Prepared | Promise<Prepared>];

const experiments: readonly Named[] = [
  ...listStacks(PROJECT_ROOT).map((name): Named => [name, () => prepare(name, {}, pace)]),
  ...RULES.flatMap((rule) =>
    (['bad', 'good'] as const).map((side): Named => [
      `${rule.id} ${side}`,
      () => preparedOf(sideOf(rule, side), {}, pace),
    ]),
  ),
  ...readdirSync(MYTHS).map((name): Named => [
    name,
    () => prepare(undefined, { manifests: [join(MYTHS, name)] }, pace),
  ]),
];

for (const [name, prepared] of experiments.filter(([one]) => one.includes(word))) {
  const { hold, checks } = await verdictsOf(await prepared(), { seeds: Number(runs) });
  process.stdout.write(`${name}: ${hold} of ${runs} hold\n`);
  for (const { name: check, expected, hold: held, otherwise } of checks) {
    if (otherwise === null) continue;
    process.stdout.write(`  ${check}: ${held}, else such as ${otherwise} (expected ${expected})\n`);
  }
}
