/** `lab synth`: a stack's objects as multi-document YAML. */
import { Command } from 'commander';
import { loadSource, type SourceOptions } from '../objects/source.ts';
import { writeYaml } from '../objects/yaml.ts';
import { SET, withOptions } from './options.ts';

export const command = withOptions(
  new Command('synth')
    .description("print a stack's Kubernetes and Istio objects as YAML that kubectl can apply")
    .argument('<stack>', 'a stack: Pulumi.<stack>.yaml'),
  [SET],
).action(async (stack: string, options: SourceOptions) => {
  process.stdout.write(await synth(stack, options));
});

export async function synth(stack: string, options: SourceOptions): Promise<string> {
  const { objects } = await loadSource(stack, options);
  return objects.map(writeYaml).join('---\n');
}
