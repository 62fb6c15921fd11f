/** A rule's own experiment, as one that is ready to be prepared. */
import { experimentFile } from '../../experiment/experimentFile.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';
import { durationMs, formatDuration } from '../../istio/duration.ts';
import { type Described, describe } from '../objects/experimentOf.ts';
import { objectsOf } from '../objects/manifests.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { writeYaml } from '../objects/yaml.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules.ts';

const TOLERATES = '100ms';

export type SideName = 'bad' | 'good';

export interface RuleSide extends Described {
  readonly objects: readonly KubernetesObject[];
  /** What its objects are as YAML. */
  readonly manifests: string;
}

/** One side of a rule's experiment: its objects, which remember where they stand in its manifests. */
export function sideOf({ id, experiment }: Rule, name: SideName): RuleSide {
  const side = experiment[name];
  const manifests = side.objects.map(writeYaml).join('---\n');
  const objects = objectsOf([{ text: manifests, where: `${id}-${name}.yaml` }], id);
  const said = experimentFile.parse({
    ...experiment.common,
    description: side.shows,
    // A tenth of it is what a run tolerates; nothing that is expected is counted in service times.
    serviceTime: formatDuration(10 * durationMs(experiment.tolerates ?? TOLERATES)),
    expect: side.expect,
  });
  return { objects, manifests, ...describe(objects, `${id} ${name}`, said) };
}

/** @throws LabError for an id that no rule has */
export function ruleNamed(text: string): Rule {
  const named = RULES.find(
    ({ id, name }) => [id, name].includes(text) || id === text.toUpperCase(),
  );
  if (named !== undefined) return named;
  const ids = RULES.map(({ id }) => id);
  throw new LabError(`no rule '${text}'. ${didYouMean(text.toUpperCase(), ids, 'Rules')}`);
}
