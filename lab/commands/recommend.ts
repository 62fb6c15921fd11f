/** `lab recommend`: the smallest limits of a stack that meet objectives, in every simulated run. */
import { Command, Option } from 'commander';
import { parseConfig, quoted } from '../../config/parse.ts';
import { readStack, withSettings } from '../../config/stackFiles.ts';
import { LabError } from '../../errors/labError.ts';
import {
  type Recommendation,
  recommendation as recommendationSchema,
} from '../../experiment/recommendation.ts';
import { PROJECT_ROOT } from '../objects/source.ts';
import { modelOf } from '../predict/compile/modelOf.ts';
import { grownLoad, sends } from '../predict/grownLoad.ts';
import { type Objective, OBJECTIVE_HINT, parseObjective } from '../predict/objective.ts';
import {
  type Asked,
  canBeMet,
  missed,
  recommended,
  type Unmet,
} from '../predict/recommendation.ts';
import type { SearchedKeys } from '../predict/recommend.ts';
import { type Slot, slotsOf } from '../predict/slots.ts';
import type { Limits } from '../predict/trials.ts';
import type { Prepared } from '../watch/observe.ts';
import type { Pace } from '../watch/prepared.ts';
import { checkLimits } from './checkLimits.ts';
import { PROXY_CONCURRENCY, repeatable, SET, TIME_SCALE, withOptions } from './options.ts';
import { exitCodeOfCheck, type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, prepare, type RunOptions, wholeNumber } from './prepare.ts';

export const command = withOptions(
  new Command('recommend')
    .description('find the smallest limits of a stack that meet objectives, by simulation')
    .argument('<stack>', 'a stack: Pulumi.<stack>.yaml'),
  [
    repeatable('--objective <line>', `what callers are to get, ${OBJECTIVE_HINT}; may be repeated`),
    new Option('--growth <factor>', 'how much more load the limits are to bear').default('1.3'),
    new Option('--seeds <n>', 'simulated runs that all have to meet the objectives').default('200'),
    new Option(
      '--check',
      'confirm on real Envoys: the limits do, and what is next to them does not',
    ),
    SET,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    ...outputOptions('recommendation'),
  ],
).action(async (stack: string, options: RecommendOptions) => {
  process.exitCode = await recommend(stack, options);
});

interface RecommendOptions extends RunOptions, OutputOptions {
  readonly objective: readonly string[];
  readonly growth: string;
  readonly seeds: string;
  readonly check?: true;
}

const MOST_GROWTH = 4;

/** @returns the exit code: 1 where the check says otherwise, 3 where it cannot tell */
export async function recommend(stack: string, options: RecommendOptions): Promise<number> {
  const output = outputOf('recommendation', options);
  const objectives = options.objective.map(parseObjective);
  if (objectives.length === 0) {
    throw new LabError(`--objective is missing: what are callers to get? ${OBJECTIVE_HINT}`);
  }
  const growth = growthOf(options.growth);
  const seeds = wholeNumber('--seeds', options.seeds, 1000);
  const pace = paceOf(options);

  const source: StackSource = { stack, options, pace };
  const asked = await askedOf(source, { objectives, growth, seeds });
  const found = recommended(asked);
  if ('nearest' in found) throw await unmetError(source, asked, found);

  const document: Recommendation = {
    stack,
    ...found,
    settings: settingsOf(found.limits),
    check: options.check
      ? await checkLimits({
          ...{ objectives, found, growth, progress: output.progress },
          prepareWith: async (limits) => grownLoad(await prepareWith(source, limits), growth),
        })
      : null,
  };
  output.print(recommendationSchema.parse(document));
  return exitCodeOfCheck(document.check);
}

/** @throws LabError for a factor that is none */
function growthOf(text: string): number {
  const growth = Number(text);
  if (text.trim() !== '' && growth >= 1 && growth <= MOST_GROWTH) return growth;
  throw new LabError(
    `--growth ${text}: must be a number from 1 to ${MOST_GROWTH}; 1.3 is 30 % more load`,
  );
}

interface StackSource {
  readonly stack: string;
  readonly options: RecommendOptions;
  readonly pace: Pace;
}

function prepareWith({ stack, options, pace }: StackSource, settings: Limits): Promise<Prepared> {
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return prepare(stack, { ...options, set: [...(options.set ?? []), ...set] }, pace);
}

/** Values of the keys that nothing else in a model has. */
const PROBES = [
  [1_000_003, 1_000_033],
  [2_000_003, 2_000_029],
] as const;

async function askedOf(
  source: StackSource,
  wanted: Pick<Asked, 'objectives' | 'growth' | 'seeds'>,
): Promise<Asked> {
  const { stack, options, pace } = source;
  const raw = withSettings(readStack(PROJECT_ROOT, stack), options.set ?? []);
  const config = parseConfig(raw, `Pulumi.${stack}.yaml`);
  const keys: SearchedKeys =
    config.h2UpgradePolicy === 'UPGRADE'
      ? ['http2MaxRequests', 'http1MaxPendingRequests']
      : ['maxConnections', 'http1MaxPendingRequests'];
  const probe = (which: 0 | 1): Promise<Prepared> =>
    prepareWith(
      source,
      Object.fromEntries(keys.map((key, index) => [key, PROBES[index]?.[which] ?? 0])),
    );
  const prepared = await probe(0);
  if (!sends(prepared)) {
    throw new LabError(`${stack}: nobody sends anything: without a load any limits would do`);
  }
  const models = [modelOf(prepared), modelOf(await probe(1))] as const;
  const slots: Record<string, readonly Slot[]> = {};
  keys.forEach((key, index) => {
    slots[key] = slotsOf(models, PROBES[index] ?? [0, 0]);
    if (slots[key].length === 0) {
      throw new LabError(
        `${stack}: ${key} changes nothing in this stack: its proxies have no breaker of this key. ` +
          'Recommend needs a stack with a server and sidecars of its own (manifests unset, injection true)',
      );
    }
  });
  return {
    ...wanted,
    keys,
    slots,
    timeScale: pace.timeScale,
    modelAt: (load) => modelOf(grownLoad(prepared, load)),
    now: Object.fromEntries(keys.map((key) => [key, Number(raw[key] ?? 0)])),
  };
}

function settingsOf(limits: Limits): string[] {
  return Object.entries(limits).map(
    ([key, value]) => `pulumi config set ${key} ${quoted(String(value))}`,
  );
}

/** The sentence for objectives that no limits meet: how near one comes, and what would have to change. */
async function unmetError(source: StackSource, asked: Asked, unmet: Unmet): Promise<LabError> {
  const { objectives, growth } = asked;
  const all = objectives.map(({ text }) => text).join(' and ');
  const near = Object.entries(unmet.nearest)
    .map(([key, value]) => `${key} ${value === 0 ? 'without a limit' : value}`)
    .join(', ');
  const ways = [
    ...(unmet.load > 0 ? [`${Math.round(100 * unmet.load)} % of the load`] : []),
    ...(await replicasThatWouldDo(source, asked)),
  ];
  return new LabError(
    `${source.stack}: no limits meet ${all} in every run at ${growth} times the load. Nearest come ` +
      `${near}: ${missed(objectives as Objective[], unmet.result).join(', ')}. ` +
      (ways.length === 0
        ? 'Neither less load nor more servers would do: the service time itself is in the way'
        : `With the right limits these would do: ${ways.join(', or ')}`),
  );
}

/** Tries of more servers: so many times as many. */
const REPLICAS = [2, 3, 4, 6, 8];

async function replicasThatWouldDo(source: StackSource, asked: Asked): Promise<string[]> {
  const { stack, options } = source;
  const raw = withSettings(readStack(PROJECT_ROOT, stack), options.set ?? []);
  const own = Number(raw.serverReplicas ?? 0);
  for (const times of REPLICAS) {
    const replicas = own * times;
    if (own === 0 || replicas > 100) return [];
    const wider: StackSource = {
      ...source,
      options: { ...options, set: [...(options.set ?? []), `serverReplicas=${replicas}`] },
    };
    const { growth, objectives } = asked;
    // Few runs: it is a hint, not a recommendation.
    if (canBeMet(await askedOf(wider, { objectives, growth, seeds: 3 }))) {
      return [`serverReplicas ${replicas} in place of ${own}`];
    }
  }
  return [];
}
