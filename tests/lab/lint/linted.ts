/** What the linter finds in objects, as `lab lint` would. */
import { lint, type Linted } from '../../../lab/lint/lint.ts';
import type { RuleExperiment, Side } from '../../../lab/lint/rule.ts';
import { read } from '../../../lab/objects/files.ts';
import { describe as describeObjects } from '../../../lab/objects/experimentOf.ts';
import type { Said } from '../../../lab/objects/experimentFile.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { writeYaml } from '../../../lab/objects/yaml.ts';
import { understoodOf } from '../../../lab/watch/prepared.ts';

/** Of manifests in a file, and of what is said beside them. */
export function lintText(text: string, said?: object): Linted {
  const texts = [
    { text, where: 'rules.yaml' },
    ...(said === undefined ? [] : [{ text: JSON.stringify(said), where: 'experiment.json' }]),
  ];
  const { objects, said: understood } = read(texts, 'rules.yaml');
  return lintObjects(objects, understood);
}

export function lintObjects(objects: readonly KubernetesObject[], said?: Said): Linted {
  const source = { objects, ...describeObjects(objects, 'test', said) };
  const { mesh } = understoodOf(source, { unsent: true });
  return lint({ mesh, objects, replicas: source.experiment.replicas });
}

/** One side of a rule's own experiment. */
export function lintSide({ common }: RuleExperiment, { objects }: Side): Linted {
  return lintText(objects.map(writeYaml).join('---\n'), common);
}

/** The rules that found something, each once. */
export function idsOf({ found }: Linted): string[] {
  return [...new Set(found.map(({ finding }) => finding.rule))].sort();
}
