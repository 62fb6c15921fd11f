import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { problems } from '../errors/issues.ts';
import type { Check, Judgement } from '../experiment/observation.ts';
import { type RunRecord, runRecord } from '../experiment/record.ts';
import { accessOptions, type ClusterAccess } from './clusterAccess.ts';
import type { RecordFolder } from './recordFolder.ts';
import { labCommand } from './shell.ts';
import type { Inventory } from './inventory.ts';

export interface ExperimentRunArgs {
  /** The experiment's objects: the run begins anew when they change. */
  readonly inventory: Inventory;
  /** For what the run leaves: the observation and the report. */
  readonly folder: RecordFolder;
  /**
   * The cluster that has the objects, in which what they do is observed.
   * @default - none: they run on real Envoys on this machine
   */
  readonly cluster?: ClusterAccess;
  /**
   * Whether an expectation that does not hold fails the update; else it is a warning.
   * @default false
   */
  readonly failOnMismatch?: boolean;
  /**
   * What a preview says where the experiment will run, line by line: how long, and what for.
   * @default - nothing
   */
  readonly forecast?: readonly string[];
  /**
   * Foretells what a run of these objects will show.
   * @default - nothing is foretold
   */
  readonly foretell?: (objects: readonly unknown[]) => Promise<Foretelling>;
}

/** What will be seen, in words. */
export interface Foretelling {
  /** A table, line by line. */
  readonly lines: readonly string[];
  /** By outcome, its median in a batch and its range, such as `5 (4 - 6)`. */
  readonly prediction: Readonly<Record<string, string>>;
}

/**
 * An experiment's objects at work, and what was seen of them: on real Envoys on loopback, or in the
 * cluster that has them.
 */
export class ExperimentRun extends pulumi.ComponentResource {
  /** What the run will show, by outcome; known in a preview. Undefined where nothing is foretold. */
  readonly prediction: pulumi.Output<Readonly<Record<string, string>>> | undefined;
  /** Whether the run showed what the stack expects: holds, does not hold, or inconclusive. */
  readonly verdict: pulumi.Output<Judgement>;
  /** Every expectation with what was seen. */
  readonly checks: pulumi.Output<readonly Check[]>;
  /** The verdict in one line, with the first check that decided against. */
  readonly verdictLine: pulumi.Output<string>;
  /** By how requests ended, how many in each batch, such as `5 6 6`. */
  readonly outcomes: pulumi.Output<Readonly<Record<string, string>>>;
  /** How many requests were refused, by where and why. */
  readonly refusals: pulumi.Output<Readonly<Record<string, number>>>;
  /** Path of the observation, one JSON document (`lab schema` describes it). */
  readonly observation: pulumi.Output<string>;
  /** Path of the report for people. */
  readonly report: pulumi.Output<string>;
  /** Address of the page that explains the run, for a browser. */
  readonly page: pulumi.Output<string>;

  constructor(name: string, args: ExperimentRunArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:ExperimentRun', name, {}, opts);

    const { inventory, folder, cluster, failOnMismatch = false, forecast = [], foretell } = args;
    const manifest = join(folder.path, 'objects.json');
    const options = [
      ...(cluster ? ['--deployed', ...accessOptions(cluster)] : []),
      ...(failOnMismatch ? ['--fail-on-mismatch'] : []),
    ];
    const create = labCommand(
      'record',
      join(folder.path, 'run'),
      '--manifests',
      manifest,
      ...options,
    );
    const written = pulumi
      // The folder has its URN once it is made.
      .all([inventory.objects(), folder.urn])
      .apply(([objects]) => writeObjects(manifest, objects));
    const run = new command.local.Command(
      name,
      {
        create: written.apply(() => create),
        // Where nothing else has changed, such as only the path of this package, the record stays.
        update: 'printf %s "$PULUMI_COMMAND_STDOUT"',
        triggers: [inventory.digest(), ...options],
        // Progress goes to standard error, for people; standard output is the record.
        logging: 'stderr',
      },
      { parent: this, dependsOn: folder },
    );
    const foretold =
      foretell && inventory.objects().apply((objects) => foretell(objects).catch(unforetold));
    void this.announce(forecast, foretold, run.stdout);
    const recorded = run.stdout.apply((text) => this.read(text));

    this.prediction = foretold?.prediction;
    this.verdict = recorded.verdict.outcome;
    this.verdictLine = recorded.verdictLine;
    this.checks = recorded.verdict.checks;
    this.outcomes = recorded.outcomes;
    this.refusals = recorded.refusals;
    this.observation = recorded.observation;
    this.report = recorded.report;
    this.page = recorded.page;
    this.registerOutputs({
      ...(this.prediction && { prediction: this.prediction }),
      verdict: this.verdict,
      verdictLine: this.verdictLine,
      checks: this.checks,
      outcomes: this.outcomes,
      refusals: this.refusals,
      observation: this.observation,
      report: this.report,
      page: this.page,
    });
  }

  private read(text: string): RunRecord {
    const recorded = recordIn(text);
    const { because, checks } = recorded.verdict;
    if (because !== undefined) void pulumi.log.warn(`inconclusive: ${because}`, this);
    for (const { name, expected, seen, outcome } of checks) {
      if (outcome === 'holds') continue;
      void pulumi.log.warn(`${name}: expected ${expected}, seen ${seen}`, this);
    }
    if (!pulumi.runtime.isDryRun()) void pulumi.log.info(`\n${recorded.brief}\n`, this);
    return recorded;
  }

  /** Says what is to come, where a preview does not know it already from an earlier run. */
  private async announce(
    forecast: readonly string[],
    foretold: pulumi.Output<Foretelling> | undefined,
    seen: pulumi.Output<string>,
  ): Promise<void> {
    // Without an engine, as under mocks, it would go to standard output.
    if (!pulumi.runtime.isDryRun() || !pulumi.runtime.hasEngine()) return;
    if ((await knownOf(seen)) !== undefined) return;
    const lines = [...forecast, ...((foretold && (await knownOf(foretold))?.lines) ?? [])];
    if (lines.length > 0) await pulumi.log.info(lines.join('\n'), this);
  }
}

/** A prediction is no reason for an update to fail. */
function unforetold(error: unknown): Foretelling {
  const problem = error instanceof Error ? error.message : String(error);
  return { lines: [`It is not predicted: ${problem}`], prediction: { problem } };
}

/** A value that a preview knows already; else undefined. */
async function knownOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const { isKnown, promise } = output as unknown as {
    readonly isKnown: Promise<boolean>;
    readonly promise: () => Promise<T>;
  };
  return (await isKnown) ? promise.call(output) : undefined;
}

/**
 * Hands the objects to the run in a file of its own: as the Command's `stdin` all of them would stand
 * in every diff, and what is rendered still has, while the run goes on, what the update takes away.
 */
async function writeObjects(path: string, items: readonly unknown[]): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
}

/** @throws pulumi.RunError for what another version of this package has recorded */
function recordIn(text: string): RunRecord {
  const data: unknown = JSON.parse(text);
  const result = runRecord.safeParse(data);
  if (result.success) return result.data;
  throw new pulumi.RunError(
    "the run's record is of another version of this package: " +
      `${problems(result.error, data, runRecord).join('; ')}. ` +
      'Make it anew: pulumi destroy, then pulumi up.',
  );
}
