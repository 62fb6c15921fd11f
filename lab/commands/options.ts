/** The options that several commands have, in groups. */
import { type Command, Option } from 'commander';

/** The command with these options, in this order. */
export function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** An option that may be given several times. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value, previous: readonly string[]) => [...previous, value])
    .default([], 'none');
}

export const MANIFESTS = repeatable(
  '--manifests <path>',
  'objects from YAML in place of a stack: a file, folder or glob, - for standard input; may be repeated',
);

export const SET = repeatable(
  '--set <key=value>',
  "over the stack's configuration, as often as needed",
);

export const MESH_CONFIG = new Option(
  '--mesh-config <file>',
  "the mesh's MeshConfig, or its ConfigMap istio; Istio's default profile without it",
);

export const LOAD = new Option(
  '--load <load>',
  "what the clients send: 'closed(50)', 'batch(10, every=20s)', 'poisson(40/s)', a command line of fortio or hey",
);

export const BEHAVIOUR = repeatable(
  '--behaviour <workload=time>',
  "how a workload behaves: '*=lognormal(p50=20ms, p99=200ms)'; may be repeated",
);

export const STRICT = new Option('--strict', 'refuse what is not whole: make nothing up');

/** Where the objects come from, and what is said beside them. */
export const SOURCE = [MANIFESTS, SET, LOAD, BEHAVIOUR, STRICT];

export const BATCHES = new Option('--batches <n>', 'observe exactly this many batches');

export const TIME_SCALE = new Option(
  '--time-scale <factor>',
  'shrink all times of the experiment alike: 0.2 takes a fifth',
);

export const PROXY_CONCURRENCY = new Option(
  '--proxy-concurrency <n>',
  'worker threads of every Envoy, in place of what the objects say',
);

/** Which cluster is meant. */
export const CLUSTER = [
  new Option('--kubeconfig <path>', 'in place of KUBECONFIG and ~/.kube/config'),
  new Option('--context <name>', "in place of the kubeconfig's current context"),
];
