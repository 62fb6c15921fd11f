/**
 * `npm run book:outputs [page] [word]`: runs what the pages show, and writes what it printed into them.
 * With a word, only the commands that contain it. Pictures of runs are drawn of the same runs; `--pictures`
 * draws them of the last ones, which are in .runs/, and runs nothing.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { observation } from '../experiment/observation.ts';
import { runPicture } from '../lab/report/charts/runPicture.ts';
import { withOutput } from './outputs/blocks.ts';
import { Workshop } from './outputs/make.ts';
import { blockOf } from './outputs/blockOf.ts';
import { type Shown, SHOWN } from './outputs/shown.ts';
import { ROOT } from './root.ts';

const { values: options, positionals } = parseArgs({
  options: { pictures: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [onlyPage, word = ''] = positionals;

/** A run that the machine disturbed shows the machine. */
const TRIES = 3;
const DISTURBED = new RegExp(
  [
    /\(disturbed\)|inconclusive|too busy|tells nothing/,
    // Among the batches of a table, and of a brief report.
    /^ +(?:\w+ +)*disturbed\b/,
    /disturbed +(?:[cwd] )*d/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'm',
);

for (const [page, all] of Object.entries(SHOWN)) {
  if (onlyPage !== undefined && page !== onlyPage) continue;
  const workshop = new Workshop(all.some(({ needs }) => needs === 'pulumi'));
  try {
    for (const shown of all) {
      if (!shown.command.includes(word) || shown.needs === 'cluster') continue;
      if (!options.pictures) await remake(page, shown, workshop);
      if (shown.picture !== undefined) await draw(shown.picture);
    }
  } finally {
    workshop.remove();
  }
}

async function remake(page: string, shown: Shown, workshop: Workshop): Promise<void> {
  const file = join(ROOT, page);
  process.stdout.write(`${page}: ${shown.command}\n`);
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const output = await workshop.make(readFileSync(file, 'utf8'), shown);
    if (DISTURBED.test(output)) {
      const isLast = tries === TRIES;
      process.stdout.write(`  the machine was in the way${isLast ? ': left as it is' : ''}\n`);
      continue;
    }
    // Another one may have written into the page meanwhile.
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, withOutput(text, blockOf(page, text, shown), output));
    const { leaves } = shown;
    if (leaves) copyFileSync(join(workshop.folder, leaves.name), join(ROOT, leaves.file));
    return;
  }
}

async function draw({ of, file }: NonNullable<Shown['picture']>): Promise<void> {
  const run = readFileSync(join(ROOT, '.runs', `${of}.json`), 'utf8');
  const seen = observation.parse(JSON.parse(run));
  if (seen.timeScale !== 1) throw new Error(`.runs/${of}.json is not a run in its own time`);
  const picture = await runPicture(seen);
  mkdirSync(dirname(join(ROOT, file)), { recursive: true });
  writeFileSync(join(ROOT, file), picture);
}
