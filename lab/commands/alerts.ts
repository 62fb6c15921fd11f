/** `lab alerts`: Prometheus rules and a Grafana dashboard for the breakers of some objects. */
import { Command } from 'commander';
import { alerts as alertsSchema } from '../../experiment/alerts.ts';
import { alertsOf } from '../alerts/alertsOf.ts';
import { MANIFESTS, MESH_CONFIG, SET, withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import { type PrepareOptions, understand } from './prepare.ts';

export const command = withOptions(
  new Command('alerts')
    .description("make Prometheus rules and a Grafana dashboard, with the objects' own limits")
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [MANIFESTS, SET, MESH_CONFIG, ...outputOptions('alerts')],
).action(async (stack: string | undefined, options: PrepareOptions & OutputOptions) => {
  const output = outputOf('alerts', options);
  const { source, mesh } = await understand(stack, { ...options, unsent: true });
  output.print(alertsSchema.parse(alertsOf(source.experiment.stack, mesh)));
});
