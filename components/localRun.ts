import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

export interface LocalRunArgs {
  /** Folder that the objects were rendered to. */
  readonly manifests: pulumi.Input<string>;
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
  readonly verdict: { readonly holds: boolean; readonly checks: readonly Check[] };
  readonly outcomes: readonly BatchOutcomes[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly observation: string;
  readonly report: string;
}

interface Check {
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  readonly holds: boolean;
}

interface BatchOutcomes {
  readonly batch: number;
  readonly warm: boolean;
  /** Requests by how they ended. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Runs rendered objects on the local platform, real Envoys on loopback, and keeps what was seen. */
export class LocalRun extends pulumi.ComponentResource {
  /** Whether the run showed what the stack expects. */
  readonly holds: pulumi.Output<boolean>;
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

  constructor(name: string, args: LocalRunArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:LocalRun', name, {}, opts);

    const { manifests, record, digest, failOnMismatch = false } = args;
    const run = new command.local.Command(
      name,
      {
        // In place of the shell, so that what ends the command ends the run: Ctrl-C, or the CLI's end.
        create: pulumi.interpolate`exec node lab/main.ts record ${record} --manifests ${manifests}${
          failOnMismatch ? ' --fail-on-mismatch' : ''
        }`,
        triggers: [digest],
        // Progress goes to standard error, for people; standard output is the record.
        logging: 'stderr',
      },
      { parent: this },
    );
    const recorded = run.stdout.apply((text) => this.read(text));

    this.holds = recorded.verdict.holds;
    this.checks = recorded.verdict.checks;
    this.outcomes = recorded.outcomes;
    this.refusals = recorded.refusals;
    this.observation = recorded.observation;
    this.report = recorded.report;
    this.registerOutputs({
      holds: this.holds,
      checks: this.checks,
      outcomes: this.outcomes,
      refusals: this.refusals,
      observation: this.observation,
      report: this.report,
    });
  }

  private read(text: string): Recorded {
    const recorded = JSON.parse(text) as Recorded;
    for (const { name, expected, seen, holds } of recorded.verdict.checks) {
      if (!holds) void pulumi.log.warn(`${name}: expected ${expected}, seen ${seen}`, this);
    }
    return recorded;
  }
}
