/** Recommended limits, and the nearest ones that fail, on real Envoys. */
import type { Recommendation, SeenLimits } from '../../experiment/recommendation.ts';
import { runLocally } from '../local/run.ts';
import { figuresOfObservation } from '../predict/figures.ts';
import { isMet, type Objective, valueOf } from '../predict/objective.ts';
import type { Limits } from '../predict/trials.ts';
import type { Prepared } from '../watch/observe.ts';
import { follow } from './follow.ts';
import { briefView } from './views.ts';

interface ToCheck {
  readonly objectives: readonly Objective[];
  readonly found: Pick<Recommendation, 'limits' | 'cliff'>;
  readonly growth: number;
  /** The experiment under the grown load, with these limits. */
  readonly prepareWith: (limits: Limits) => Promise<Prepared>;
  readonly progress: NodeJS.WriteStream;
}

export async function checkLimits(asked: ToCheck): Promise<NonNullable<Recommendation['check']>> {
  const { limits, cliff } = asked.found;
  const recommended = await see(asked, limits);
  const next = cliff.keys.find(({ value }) => value !== null);
  const neighbour =
    next?.value === undefined || next.value === null
      ? null
      : await see(asked, { ...limits, [next.key]: next.value });
  const isTold = recommended.met !== null && neighbour?.met !== null;
  const agrees = recommended.met === true && neighbour?.met !== true;
  return { recommended, neighbour, agrees: isTold ? agrees : null };
}

async function see(
  { objectives, growth, prepareWith, progress }: ToCheck,
  limits: Limits,
): Promise<SeenLimits> {
  const said = Object.entries(limits).map(([key, value]) => `${key} ${value}`);
  progress.write(`on real Envoys, ${growth} times the load, ${said.join(', ')}\n`);
  const prepared = await prepareWith(limits);
  const figures = figuresOfObservation(await follow(prepared, runLocally(), briefView(progress)));
  const values = objectives.map((objective) => valueOf(objective, figures, prepared.timeScale));
  return {
    limits,
    growth,
    values: values.map((value) => (Number.isFinite(value) ? value : null)),
    met:
      figures.requests === 0
        ? null
        : objectives.every((objective, index) => isMet(objective, values[index] ?? NaN)),
  };
}
