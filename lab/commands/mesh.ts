/** `lab mesh`: what was understood of the objects; nothing is started. */
import { Command } from 'commander';
import { meshView } from '../../experiment/meshView.ts';
import { viewOf } from '../mesh/view.ts';
import { planOf } from '../mesh/plan.ts';
import { MESH_CONFIG, PROXY_CONCURRENCY, SOURCE, withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, type RunOptions, understand } from './prepare.ts';

export const command = withOptions(
  new Command('mesh')
    .description('say what was understood of a stack or of manifests, made up, and left out')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [...SOURCE, MESH_CONFIG, PROXY_CONCURRENCY, ...outputOptions('mesh')],
).action(async (stack: string | undefined, options: RunOptions & OutputOptions) => {
  const output = outputOf('mesh', options);
  const { source, mesh } = await understand(stack, options, paceOf(options));
  const view = viewOf(mesh, { name: source.experiment.stack, digest: source.digest });
  // What a run would refuse is refused here, too.
  if (mesh.services.length > 0) planOf(mesh);
  output.print(meshView.parse(view));
});
