/**
 * How near predictions come to real Envoys, on a matrix of configurations that a seed draws.
 *
 *   npm run bench -- fidelity real <training|held-out> [jobs] [id...]
 *                                                                on real Envoys; goes on where it was
 *   npm run bench -- fidelity fit                                the costs that the training part's runs show
 *   npm run bench -- fidelity predict                            the held-out third, before its runs
 *   npm run bench -- fidelity report                             docs/fidelity.md and its data
 *   npm run bench -- fidelity show [id...]                       the worst first, or these in full
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { modelOf } from '../lab/predict/compile/modelOf.ts';
import { evaluate, type Evaluation } from './fidelity/evaluate.ts';
import { fitted, type Known } from './fidelity/fit.ts';
import { forecast, type Forecast, forecastOf } from './fidelity/forecast.ts';
import { type Configuration, matrix } from './fidelity/matrix.ts';
import { RUNS_FILE, prepared, realRuns, runReal } from './fidelity/real.ts';
import { writeReport } from './fidelity/report.ts';
import { inFull, inShort } from './fidelity/tables.ts';

/** What was predicted of the held-out third: committed before it was run. */
const HELD_OUT = join(import.meta.dirname, 'fidelity', 'heldOut.json');

const all = matrix();
const partOf = (part: string): Configuration[] => all.filter((one) => one.part === part);

async function evaluations(some: readonly Configuration[]): Promise<Evaluation[]> {
  const runs = realRuns(some);
  const before = new Map(heldOut().map((one) => [one.id, one]));
  const found: Evaluation[] = [];
  for (const one of some) {
    const seen = runs.get(one.id) ?? [];
    if (seen.length === 0) continue;
    const model = modelOf(await prepared(one));
    const predicted = one.part === 'held-out' ? before.get(one.id) : forecastOf(one.id, model);
    if (predicted === undefined) throw new Error(`${one.id} was run before it was predicted`);
    const evaluation = evaluate(one, predicted, seen, model);
    if (evaluation !== undefined) found.push(evaluation);
  }
  return found;
}

function circumstances(): { envoy: string; date: string } {
  const runs = [...realRuns(all).values()].flat();
  const last =
    runs
      .map(({ startedAt }) => startedAt)
      .sort()
      .at(-1) ?? '';
  return { envoy: runs[0]?.versions.envoy ?? 'unknown', date: last.slice(0, 10) };
}

function heldOut(): Forecast[] {
  try {
    return z.array(forecast).parse(JSON.parse(readFileSync(HELD_OUT, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function predictHeldOut(): Promise<void> {
  const lines: string[] = [];
  for (const one of partOf('held-out')) {
    lines.push(JSON.stringify(forecastOf(one.id, modelOf(await prepared(one)))));
  }
  writeFileSync(HELD_OUT, `[\n${lines.join(',\n')}\n]\n`);
}

/** Nothing is written of nothing: a report that stands was made where the runs are. */
async function report(): Promise<void> {
  const found = await evaluations(all);
  if (found.length > 0) {
    await writeReport(found, circumstances());
    return;
  }
  process.stderr.write(
    `fidelity report: no run of a real Envoy is recorded here (${RUNS_FILE}); docs/fidelity.md stays as it is. ` +
      'Make them first, in some hours: npm run bench -- fidelity real training, then held-out\n',
  );
  process.exitCode = 2;
}

async function fit(): Promise<void> {
  const some = partOf('training');
  const seen = realRuns(some);
  const known: Known[] = [];
  for (const configuration of some) {
    const runs = seen.get(configuration.id) ?? [];
    if (runs.length === 0) continue;
    known.push({ configuration, prepared: await prepared(configuration), runs });
  }
  fitted(known, (costs, amiss) => {
    process.stdout.write(`${amiss.toFixed(4)} ${JSON.stringify(costs)}\n`);
  });
}

const [step = '', ...words] = process.argv.slice(2);
switch (step) {
  case 'real': {
    const [part = '', jobs = '2', ...ids] = words;
    if (part === 'held-out' && heldOut().length === 0) {
      throw new Error('the held-out third is predicted, and that committed, before it is run');
    }
    const stop = new AbortController();
    process.once('SIGINT', () => {
      stop.abort();
    });
    const some = partOf(part).filter(({ id }) => ids.length === 0 || ids.includes(id));
    await runReal(some, Number(jobs), stop.signal);
    break;
  }
  case 'fit':
    await fit();
    break;
  case 'predict':
    await predictHeldOut();
    break;
  case 'report':
    await report();
    break;
  case 'show': {
    const some = words.length === 0 ? all : all.filter(({ id }) => words.includes(id));
    const found = await evaluations(some);
    process.stdout.write(words.length === 0 ? inShort(found) : inFull(found));
    break;
  }
  default:
    process.stderr.write('fidelity: name a step: real, fit, predict, report or show\n');
    process.exitCode = 2;
}
