/**
 * The command line: `npm run lab -- <command>`. Exit codes: 0 the verdict holds (or the command
 * did what it says), 1 it does not, 2 input or environment that cannot be used, 3 it is inconclusive,
 * 70 a mistake of the lab's own.
 */
import { enableCompileCache } from 'node:module';
import { Command, Option } from 'commander';
import { failureOf } from './commands/failure.ts';
import type { StackCommand } from './commands/pulumi.ts';
import type { PreflightOptions } from './commands/preflight.ts';
import type { RecordOptions } from './commands/record.ts';

// Half of a short run's start is reading Pulumi's SDK; the cache halves that.
enableCompileCache();

const EXIT_BAD_INPUT = 2;

/** What only makes sense for many experiments asks for them. */
const ALL = { all: true };

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

const program = new Command('lab')
  .description('Finds out before production does what an Istio circuit breaker will really do.')
  .showHelpAfterError('(--help lists what there is)')
  .exitOverride();

program
  .command('list')
  .description('list the stacks: what each shows, and the published lab it comes from')
  .option('--json', 'print them as a JSON array')
  .action(async (options: { json?: true }) => {
    const { list } = await import('./commands/list.ts');
    process.stdout.write(list(options));
  });

program
  .command('run')
  .description('run experiments on real Envoys on this machine, and say whether they hold')
  .argument('[stack]', 'a stack: Pulumi.<stack>.yaml')
  .option('--all', 'every stack that expects something, side by side')
  .addOption(
    new Option('--only <stacks>', 'these side by side, such as baseline,fail-fast').implies(ALL),
  )
  .addOption(new Option('--jobs <n>', 'how many may run at a time').implies(ALL))
  .option('--manifests <path>', 'the objects from YAML instead of a stack; - for standard input')
  .option('--set <key=value>', "over the stack's configuration, as often as needed", collect, [])
  .option('--batches <n>', 'observe exactly this many batches')
  .option('--time-scale <factor>', 'shrink all times of the experiment alike: 0.2 takes a fifth')
  .option('--hey', 'send a closed load by hey as well, to a mesh of its own')
  .option('--json', 'print one JSON document on standard output, and nothing else there')
  .action(async (stack: string | undefined, options: RunFlags) => {
    if (options.all) {
      const { runAll } = await import('./commands/runAll.ts');
      process.exitCode = await runAll(stack, options);
    } else {
      const { run } = await import('./commands/run.ts');
      process.exitCode = await run(stack, options);
    }
  });

program
  .command('observe')
  .description('watch an experiment that is deployed to a cluster, and say whether it holds')
  .argument('[stack]', 'a stack: Pulumi.<stack>.yaml')
  .option('--manifests <path>', 'the objects from YAML instead of a stack; - for standard input')
  .option('--set <key=value>', "over the stack's configuration, as often as needed", collect, [])
  .option('--batches <n>', 'observe exactly this many batches')
  .option('--kubeconfig <path>', 'in place of KUBECONFIG and ~/.kube/config')
  .option('--context <name>', "in place of the kubeconfig's current context")
  .option('--json', 'print one JSON document on standard output, and nothing else there')
  .action(async (stack: string | undefined, options: ClusterFlags) => {
    const { observeInCluster } = await import('./commands/observeCluster.ts');
    process.exitCode = await observeInCluster(stack, options);
  });

program
  .command('compare')
  .description('run two stacks, or read two observations, and say in what they differ')
  .argument('<a>', 'a stack, or a file that lab run --json has written')
  .argument('<b>', 'another one')
  .option('--set <key=value>', 'over the configuration of both stacks', collect, [])
  .option('--batches <n>', 'observe exactly this many batches of each')
  .option('--time-scale <factor>', 'shrink all times of the experiments alike')
  .option('--json', 'print one JSON document on standard output, and nothing else there')
  .action(async (a: string, b: string, options: RunFlags) => {
    const { compare } = await import('./commands/compare.ts');
    await compare(a, b, options);
  });

const STACK_COMMANDS: Readonly<Record<StackCommand, string>> = {
  up: 'pulumi up for one stack, without an account: its state is in .lab/pulumi',
  preview: 'pulumi preview for one stack',
  output: 'pulumi stack output for one stack',
  cancel: 'pulumi cancel for one stack, whose CLI was killed',
  down: 'pulumi destroy for one stack, and its removal; its file stays',
};
for (const [name, description] of Object.entries(STACK_COMMANDS)) {
  program
    .command(name)
    .description(description)
    .argument('<stack>', 'a stack: Pulumi.<stack>.yaml')
    .argument('[options...]', "further ones of Pulumi's own, such as --diff")
    .allowUnknownOption()
    .action(async (stack: string, options: string[]) => {
      const { onStack } = await import('./commands/pulumi.ts');
      process.exitCode = await onStack(name as StackCommand, stack, options);
    });
}

program
  .command('env')
  .description('what makes the Pulumi CLI mean the same stacks: eval "$(npm run -s env)"')
  .action(async () => {
    const { shellSettings } = await import('./commands/pulumi.ts');
    process.stdout.write(shellSettings());
  });

program
  .command('record')
  .description('what pulumi up calls: run the objects, and leave what was seen in a folder')
  .argument('<folder>', 'for the observation and the report')
  .requiredOption('--manifests <path>', 'the objects; - for standard input')
  .option('--deployed', 'observe them in a cluster, which has them already')
  .option('--kubeconfig <path>', 'in place of KUBECONFIG and ~/.kube/config')
  .option('--context <name>', "in place of the kubeconfig's current context")
  .option('--fail-on-mismatch', 'exit with 1 where the verdict does not hold, 3 where it is open')
  .action(async (folder: string, options: RecordOptions) => {
    const { record } = await import('./commands/record.ts');
    process.exitCode = await record(folder, options);
  });

program
  .command('preflight')
  .description(
    'what pulumi up calls first: say what keeps a cluster, or this machine, from a stack',
  )
  .argument('<stack>', 'named by the messages')
  .option('--namespace <name>', 'that the stack will make in a cluster; else it runs here')
  .option('--no-istio', 'Istio need not be there')
  .option('--telemetry-in <namespace>', 'of others, in which the stack makes a Telemetry')
  .option('--kubeconfig <path>', 'in place of KUBECONFIG and ~/.kube/config')
  .option('--context <name>', "in place of the kubeconfig's current context")
  .action(async (stack: string, options: PreflightOptions) => {
    const { preflight } = await import('./commands/preflight.ts');
    await preflight(stack, options);
  });

program
  .command('synth')
  .description("print a stack's Kubernetes and Istio objects as YAML that kubectl can apply")
  .argument('<stack>', 'a stack: Pulumi.<stack>.yaml')
  .option('--set <key=value>', "over the stack's configuration, as often as needed", collect, [])
  .action(async (stack: string, options: { set: string[] }) => {
    const { synth } = await import('./commands/synth.ts');
    process.stdout.write(await synth(stack, options));
  });

program
  .command('config')
  .description("print the Envoy configuration of a pod's proxy, as istioctl proxy-config would")
  .argument('<stack pod part...>', '[stack] <pod> [clusters|routes|listeners|endpoints|all]')
  .option('--manifests <path>', 'the objects from YAML instead of a stack; - for standard input')
  .option('--set <key=value>', "over the stack's configuration, as often as needed", collect, [])
  .action(async (words: string[], options: { manifests?: string; set: string[] }) => {
    const { config } = await import('./commands/config.ts');
    process.stdout.write(await config(words, options));
  });

program
  .command('doctor')
  .description('say what is present, what each is needed for, and how to get it')
  .action(async () => {
    const { diagnose, doctorReport, localPlatformReady } = await import('./environment/doctor.ts');
    const checks = await diagnose();
    process.stdout.write(`${doctorReport(checks).trimEnd()}\n`);
    process.exitCode = localPlatformReady(checks) ? 0 : EXIT_BAD_INPUT;
  });

program
  .command('schema')
  .description('print the JSON Schema of a document that --json prints')
  .argument(
    '[document]',
    'observation (lab run, observe), summary (lab run --all) or record (lab record)',
    'observation',
  )
  .option('--all', 'of what lab run --all --json prints')
  .action(async (document: string, { all }: { all?: true }) => {
    const { schemaOf } = await import('./commands/schema.ts');
    process.stdout.write(schemaOf(all ? 'summary' : document));
  });

type ClusterFlags = Pick<RunFlags, 'manifests' | 'set' | 'batches' | 'json'> & {
  readonly kubeconfig?: string;
  readonly context?: string;
};

export interface RunFlags {
  readonly manifests?: string;
  readonly set: string[];
  readonly all?: true;
  readonly only?: string;
  readonly jobs?: string;
  readonly batches?: string;
  readonly timeScale?: string;
  readonly hey?: true;
  readonly json?: true;
}

// Commander's own messages would stand beside the document.
const json = process.argv.includes('--json');
if (json) {
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: () => undefined });
  }
}
function fail(error: unknown): void {
  const { exitCode, text } = failureOf(error, json);
  process.stderr.write(text);
  process.exitCode = exitCode;
}

// Node's own code for it, 1, would say that the verdict does not hold.
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});
try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
