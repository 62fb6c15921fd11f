/** `lab lint --show <id>`: a rule's experiment on real Envoys, the fault beside the same without it. */
import { type Demonstration, demonstration } from '../../experiment/demonstration.ts';
import type { Observation } from '../../experiment/observation.ts';
import { isFailure } from '../../experiment/summary.ts';
import { LabError } from '../../errors/labError.ts';
import { overall } from '../analysis/verdict.ts';
import { ruleNamed, type RuleSide, sideOf } from '../lint/experiment.ts';
import { inWords } from '../lint/inWords.ts';
import { SideBySideView } from '../report/sideBySideView.ts';
import { type Prepared } from '../watch/observe.ts';
import { preparedOf } from '../watch/prepared.ts';
import { untilInterrupted } from './interrupt.ts';
import { exitCodeOf, type OutputOptions, outputOf } from './output.ts';
import { runSideBySide } from './sideBySide.ts';

/** The rules' experiments are short as they are. */
const PACE = { batches: undefined, timeScale: 1 };

/**
 * @returns the exit code of both verdicts together
 * @throws LabError for an id that no rule has, or where an experiment cannot run
 */
export async function show(id: string, options: OutputOptions): Promise<number> {
  const output = outputOf('demonstration', options);
  const rule = ruleNamed(id);
  const sides = { bad: sideOf(rule, 'bad'), good: sideOf(rule, 'good') };
  const prepared = {
    bad: preparedOf(sides.bad, {}, PACE),
    good: preparedOf(sides.good, {}, PACE),
  };
  const view = new SideBySideView(output.progress, 2);
  const endings = await untilInterrupted((signal) =>
    runSideBySide(Object.values(prepared), { jobs: 2, signal, view }),
  ).finally(() => {
    view.end();
  });
  const observed = (one: Prepared): Observation => {
    const ending = endings.get(one);
    if (ending !== undefined && !isFailure(ending)) return ending;
    const message = `${one.experiment.stack} could not run: ${ending?.reason ?? 'it was lost'}`;
    const code = ending?.code ?? 'crash';
    throw code === 'crash' ? new Error(message) : new LabError(message, code);
  };
  const side = ({ manifests, experiment }: RuleSide, one: Prepared): Demonstration['bad'] => ({
    shows: experiment.description,
    manifests,
    observation: observed(one),
  });
  const [bad, good] = [side(sides.bad, prepared.bad), side(sides.good, prepared.good)];
  const outcome = overall([bad.observation.verdict.outcome, good.observation.verdict.outcome]);
  output.print(demonstration.parse({ rule: inWords(rule), outcome, bad, good }));
  return exitCodeOf(outcome);
}
