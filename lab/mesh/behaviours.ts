/** Which behaviour is given for a workload: by patterns of their names, the most specific first. */
import type { Behaviour, Behaviours } from '../../experiment/behaviour.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { LabError } from '../../errors/labError.ts';

/** What a behaviour can be given for. */
export interface Workload {
  readonly namespace: string;
  readonly workload: string;
}

/**
 * What is given for a workload, each field by the most specific pattern that has it; undefined where
 * no pattern meets it.
 */
export function behaviourOf(given: Behaviours, workload: Workload): Behaviour | undefined {
  const some = Object.entries(given)
    .filter(([pattern]) => meets(pattern, workload))
    .sort(([a], [b]) => specificity(a) - specificity(b));
  if (some.length === 0) return undefined;
  return some.reduce<Behaviour>((whole, [, one]) => ({ ...whole, ...one }), {});
}

/**
 * @param servers the workloads that serve
 * @param others those that do not: a pattern that names one of these alone says so
 * @throws LabError for a pattern that names no server
 */
export function refuseUnmetPatterns(
  given: Behaviours,
  servers: readonly Workload[],
  others: readonly Workload[],
): void {
  for (const pattern of Object.keys(given)) {
    if (pattern === '*' || servers.some((one) => meets(pattern, one))) continue;
    const names = [...new Set(servers.map(({ workload }) => workload))];
    const qualified = servers.map(({ namespace, workload }) => `${namespace}/${workload}`);
    const why = others.some((one) => meets(pattern, one))
      ? 'only workloads that do not serve are called so'
      : 'no workload is called so';
    const hint =
      names.length === 0
        ? 'Nothing serves here.'
        : didYouMean(pattern, pattern.includes('/') ? qualified : names, 'Workloads that serve');
    throw new LabError(`behaviour of '${pattern}': ${why}. ${hint}`);
  }
}

/** `*` stands for any letters; without a namespace it is of every one. */
function meets(pattern: string, { namespace, workload }: Workload): boolean {
  const name = pattern.includes('/') ? `${namespace}/${workload}` : workload;
  const form = pattern.split('*').map((text) => text.replaceAll(/[^\w-]/g, String.raw`\$&`));
  return new RegExp(`^${form.join('.*')}$`).test(name);
}

/** The more letters a pattern has, the fewer it means; a whole name is more than any with `*`. */
function specificity(pattern: string): number {
  const letters = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? letters : letters + 1000;
}
