/** `lab import`: what a namespace of a cluster holds, as a folder of manifests. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { environmentError, LabError } from '../../errors/labError.ts';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { writeYaml } from '../objects/yaml.ts';
import { CLUSTER, withOptions } from './options.ts';

interface ImportOptions extends ClusterOptions {
  readonly namespace: string;
  readonly out: string;
}

export const command = withOptions(
  new Command('import').description(
    "write a namespace's workloads, Services and Istio's rules to a folder; reads only, and no Secret",
  ),
  [
    new Option('--namespace <name>', 'of the cluster').makeOptionMandatory(),
    new Option('--out <folder>', 'to write to: a new or an empty one').makeOptionMandatory(),
    ...CLUSTER,
  ],
).action(async (options: ImportOptions) => {
  process.stdout.write(await importNamespace(options));
});

/**
 * @returns what was written and what was not read, for people
 * @throws LabError for a folder that holds something, a namespace that is not there, or no cluster
 */
export async function importNamespace({
  namespace,
  out,
  ...cluster
}: ImportOptions): Promise<string> {
  if (existsSync(out) && readdirSync(out).length > 0) {
    throw new LabError(`--out ${out}: holds files already: name a new folder, or an empty one`);
  }
  const [{ ClusterApi }, { loadKubeconfig }, { inventoryOf }, { tidied }] = await Promise.all([
    import('../cluster/api.ts'),
    import('../cluster/kubeconfig.ts'),
    import('../cluster/inventory.ts'),
    import('../cluster/tidy.ts'),
  ]);
  const api = new ClusterApi(loadKubeconfig(cluster), `import of namespace ${namespace}`);
  const inventory = await inventoryOf(api, namespace);
  if (inventory === undefined) {
    throw environmentError(
      `--namespace ${namespace}: the cluster at ${api.server} has no such namespace`,
    );
  }
  mkdirSync(out, { recursive: true });
  const lines = inventory.objects.map((object) => {
    const name = fileOf(object, namespace);
    writeFileSync(join(out, name), writeYaml(tidied(object)));
    return `  ${name}`;
  });
  return [
    `${lines.length} objects of namespace ${namespace} are in ${out}:`,
    ...lines,
    ...(inventory.unread.length === 0
      ? []
      : ['Not read:', ...inventory.unread.map((one) => `  ${one}`)]),
    `To see what was understood of them: lab mesh --manifests ${out}`,
    '',
  ].join('\n');
}

function fileOf({ kind, metadata }: KubernetesObject, namespace: string): string {
  const own = metadata.namespace === undefined || metadata.namespace === namespace;
  return `${own ? '' : `${metadata.namespace ?? ''}.`}${kind.toLowerCase()}-${metadata.name}.yaml`;
}
