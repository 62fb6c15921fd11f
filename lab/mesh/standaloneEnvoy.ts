/** The configuration of an Envoy without a mesh, as its ConfigMap holds it. */
import { posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import type { Container, Pod } from './model.ts';

const socketAddress = z.looseObject({
  socket_address: z.looseObject({ address: z.string(), port_value: z.int() }),
});

const schema = z.looseObject({
  static_resources: z.looseObject({
    listeners: z.array(
      z.looseObject({
        name: z.string(),
        address: socketAddress,
        filter_chains: z.array(
          z.looseObject({
            filters: z.array(z.looseObject({ name: z.string(), typed_config: z.looseObject({}) })),
          }),
        ),
      }),
    ),
    clusters: z.array(
      z.looseObject({
        name: z.string(),
        load_assignment: z.looseObject({
          endpoints: z.array(
            z.looseObject({
              lb_endpoints: z.array(
                z.looseObject({ endpoint: z.looseObject({ address: socketAddress }) }),
              ),
            }),
          ),
        }),
      }),
    ),
  }),
});

export type StandaloneEnvoy = z.infer<typeof schema>;

/** @throws LabError where the pod has no configuration, or one that cannot be read */
export function standaloneEnvoy(pod: Pod, container: Container): StandaloneEnvoy {
  const { path, text } = configurationFile(pod, container);
  const result = schema.safeParse(parse(text));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: ${path}: ${issue?.path.join('.') ?? ''}: ` +
        `${issue?.message ?? 'is wrong'}. The lab knows static listeners and clusters.`,
    );
  }
  return result.data;
}

/** The file that `--config-path` (or `-c`) names. */
function configurationFile(pod: Pod, container: Container): { path: string; text: string } {
  const { args, files } = container;
  const at = args.findIndex((arg) => arg === '--config-path' || arg === '-c');
  const path = posix.normalize(args[at + 1] ?? '/etc/envoy/envoy.yaml');
  const text = files[path];
  if (text === undefined) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: Envoy's configuration ${path} is in no ConfigMap that is ` +
        `mounted. Mounted files: ${Object.keys(files).join(', ') || 'none'}`,
    );
  }
  return { path, text };
}
