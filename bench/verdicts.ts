/**
 * How often each stack's verdict holds, and what was seen: every experiment again and again, at a
 * time scale. The figures are where the stacks' bounds come from.
 *
 *   npm run bench -- verdicts [rounds] [time scale]      (10 rounds at 0.2 unless given)
 */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Summary, summary } from '../experiment/summary.ts';
import { drawTable } from '../lab/report/table.ts';

const MAIN = fileURLToPath(new URL('../lab/main.js', import.meta.url));
/** Of ten rounds, this many must hold. */
const NEEDED = 0.9;

async function round(timeScale: string): Promise<Summary> {
  const { stdout } = await execa(
    process.execPath,
    [MAIN, 'run', '--all', '--time-scale', timeScale, '--json'],
    // A verdict that does not hold is what is counted here.
    { reject: false, stderr: 'ignore' },
  );
  return summary.parse(JSON.parse(stdout));
}

const rounds = Number(process.argv[2] ?? 10);
const timeScale = process.argv[3] ?? '0.2';
const seen: Summary[] = [];
for (let n = 1; n <= rounds; n += 1) {
  seen.push(await round(timeScale));
  const seconds = ((seen.at(-1)?.durationMs ?? 0) / 1000).toFixed(0);
  process.stdout.write(`round ${n} of ${rounds}: ${seconds} s\n`);
}

const runs = seen.flatMap(({ observations }) => observations);
const failures = seen.flatMap(({ failures: all }) => all);
const byStack = Map.groupBy(runs, ({ stack }) => stack);
const rows = [...byStack].flatMap(([stack, all]) => {
  const held = all.filter(({ verdict }) => verdict.outcome === 'holds').length;
  const checks = all[0]?.verdict.checks ?? [];
  return [
    [stack, `${held} of ${rounds} hold`, '', ''],
    ...checks.map(({ name, expected }, index) => [
      '',
      name,
      expected,
      all
        .map(({ verdict }) => verdict.checks[index]?.seen ?? '')
        .map((text) => /mean ([\d.]+)/.exec(text)?.[1] ?? text.split(',')[0] ?? '')
        .sort((a, b) => parseFloat(a) - parseFloat(b))
        .join(' '),
    ]),
  ];
});
process.stdout.write(`\n${drawTable(['left', 'left', 'left', 'left'], rows)}\n`);
for (const { stack, reason } of failures) process.stdout.write(`${stack} did not run: ${reason}\n`);

const enough = [...byStack.values()].every(
  (all) => all.filter(({ verdict }) => verdict.outcome === 'holds').length >= NEEDED * rounds,
);
process.exitCode = enough && failures.length === 0 ? 0 : 1;
