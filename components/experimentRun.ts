import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { accessOptions, type ClusterAccess } from './clusterAccess.ts';

/** Objects that were rendered to a folder: they run on this machine. */
export interface Rendered {
  readonly manifests: pulumi.Input<string>;
}

/** Objects that a cluster has: what they do there is observed. */
export interface Deployed extends ClusterAccess {
  readonly objects: pulumi.Input<readonly unknown[]>;
}

export interface ExperimentRunArgs {
  readonly of: Rendered | Deployed;
  /** Folder for what the run leaves: the observation and the report. */
  readonly record: pulumi.Input<string>;
  /** Names the objects: as long as it stays the same, the experiment is not run again. */
  readonly digest: pulumi.Input<string>;
  /**
   * Whether an expectation that does not hold fails the update; else it is a warning.
   * @default false
   */
  readonly failOnMismatch?: boolean;
}

/** What a run says of itself on standard output (lab/commands/record.ts). */
interface Recorded {
  readonly verdict: {
    readonly outcome: Judgement;
    readonly because?: string;
    readonly checks: readonly Check[];
  };
  readonly outcomes: readonly BatchOutcomes[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly observation: string;
  readonly report: string;
}

type Judgement = 'holds' | 'does not hold' | 'inconclusive';

interface Check {
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  readonly outcome: Judgement;
}

interface BatchOutcomes {
  readonly batch: number;
  readonly warm: boolean;
  /** Requests by how they ended. */
  readonly requests: Readonly<Record<string, number>>;
}

/**
 * An experiment's objects at work, and what was seen of them: rendered ones on real Envoys on
 * loopback, deployed ones in their cluster.
 */
export class ExperimentRun extends pulumi.ComponentResource {
  /** Whether the run showed what the stack expects: holds, does not hold, or inconclusive. */
  readonly verdict: pulumi.Output<Judgement>;
  /** Every expectation with what was seen. */
  readonly checks: pulumi.Output<readonly Check[]>;
  /** Batch by batch, how many requests ended in which way. */
  readonly outcomes: pulumi.Output<readonly BatchOutcomes[]>;
  /** How many requests were refused, by where and why. */
  readonly refusals: pulumi.Output<Readonly<Record<string, number>>>;
  /** Path of the observation, one JSON document (`lab schema` describes it). */
  readonly observation: pulumi.Output<string>;
  /** Path of the report for people. */
  readonly report: pulumi.Output<string>;

  constructor(name: string, args: ExperimentRunArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:ExperimentRun', name, {}, opts);

    const { of, record, digest, failOnMismatch = false } = args;
    const run = new command.local.Command(
      name,
      {
        // In place of the shell, so that what ends the command ends the run: Ctrl-C, or the CLI's end.
        create: pulumi.interpolate`exec node lab/main.ts record ${record} ${sourceOf(of)}${
          failOnMismatch ? ' --fail-on-mismatch' : ''
        }`,
        ...('objects' in of && { stdin: manifestOf(of.objects) }),
        triggers: [digest],
        // Progress goes to standard error, for people; standard output is the record.
        logging: 'stderr',
      },
      { parent: this },
    );
    const recorded = run.stdout.apply((text) => this.read(text));

    this.verdict = recorded.verdict.outcome;
    this.checks = recorded.verdict.checks;
    this.outcomes = recorded.outcomes;
    this.refusals = recorded.refusals;
    this.observation = recorded.observation;
    this.report = recorded.report;
    this.registerOutputs({
      verdict: this.verdict,
      checks: this.checks,
      outcomes: this.outcomes,
      refusals: this.refusals,
      observation: this.observation,
      report: this.report,
    });
  }

  private read(text: string): Recorded {
    const recorded = JSON.parse(text) as Recorded;
    const { because, checks } = recorded.verdict;
    if (because !== undefined) void pulumi.log.warn(`inconclusive: ${because}`, this);
    for (const { name, expected, seen, outcome } of checks) {
      if (outcome === 'holds') continue;
      void pulumi.log.warn(`${name}: expected ${expected}, seen ${seen}`, this);
    }
    return recorded;
  }
}

/** The options of `lab record` that say what is run. */
function sourceOf(of: Rendered | Deployed): pulumi.Input<string> {
  if ('manifests' in of) return pulumi.interpolate`--manifests ${of.manifests}`;
  return ['--deployed', '--manifests -', ...accessOptions(of)].join(' ');
}

function manifestOf(objects: pulumi.Input<readonly unknown[]>): pulumi.Output<string> {
  return pulumi
    .output(objects)
    .apply((items) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
}
