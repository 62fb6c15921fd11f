/** `lab recover`: whether a stack's load comes back after a bad time of its servers, and when. */
import { Command, Option } from 'commander';
import { parseConfig } from '../../config/parse.ts';
import { readStack, withSettings } from '../../config/stackFiles.ts';
import { LabError } from '../../errors/labError.ts';
import { type RecoveryDocument, recovery as recoverySchema } from '../../experiment/recovery.ts';
import { parseDuration } from '../../istio/duration.ts';
import { PROJECT_ROOT } from '../objects/source.ts';
import { modelOf } from '../predict/compile/modelOf.ts';
import { type Disturbance, disturbed, parseDisturbance } from '../predict/disturbance.ts';
import { recovered, type RecoveryMap } from '../predict/recover.ts';
import { slotsOf } from '../predict/slots.ts';
import type { Prepared } from '../watch/observe.ts';
import { checkRecovery } from './checkRecovery.ts';
import { PROXY_CONCURRENCY, SET, TIME_SCALE, withOptions } from './options.ts';
import { exitCodeOfCheck, type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, prepare, type RunOptions, wholeNumber } from './prepare.ts';

export const command = withOptions(
  new Command('recover')
    .description("say whether a stack's load comes back after a bad time of its servers, and when")
    .argument('<stack>', 'a stack: Pulumi.<stack>.yaml'),
  [
    new Option(
      '--disturb <line>',
      "what the servers go through: 'serverDelay=5s for 30s', 'serverStatus=503 for 10s from 60s'",
    ).makeOptionMandatory(),
    new Option(
      '--watch <time>',
      'how long it is watched afterwards; twice the disturbance without',
    ),
    new Option('--seeds <n>', 'simulated runs').default('10'),
    new Option('--check', 'confirm on real Envoys: the stack, and one that does otherwise'),
    SET,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    ...outputOptions('recovery'),
  ],
).action(async (stack: string, options: RecoverOptions) => {
  process.exitCode = await recover(stack, options);
});

interface RecoverOptions extends RunOptions, OutputOptions {
  readonly disturb: string;
  readonly watch?: string;
  readonly seeds: string;
  readonly check?: true;
}

/** Retries and connections that the map is made of; a limit as a multiple of the stack's own. */
const RETRIES = [0, 1, 2, 3, 5];
const LIMITS = [0.5, 1, 2, 4];
const LIMITS_OF_NONE = [1, 2, 5, 10, 20];

/** What is retried in the map where the stack's own policy does not say it. */
const RETRY_ON = '5xx,reset,connect-failure';

/** @returns the exit code: 1 where the check says otherwise, 3 where it cannot tell */
export async function recover(stack: string, options: RecoverOptions): Promise<number> {
  const output = outputOf('recovery', options);
  const disturbance = parseDisturbance(options.disturb);
  const watchMs = watchOf(options.watch);
  const seeds = wholeNumber('--seeds', options.seeds, 1000);
  const pace = paceOf(options);
  const { timeScale } = pace;

  const prepareWith = async (settings: Readonly<Record<string, string>>) => {
    const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const prepared = await prepare(
      stack,
      { ...options, set: [...(options.set ?? []), ...set] },
      pace,
    );
    return disturbed(prepared, disturbance, watchMs);
  };
  const { prepared, course } = await prepareWith({});
  const raw = withSettings(readStack(PROJECT_ROOT, stack), options.set ?? []);
  const config = parseConfig(raw, `Pulumi.${stack}.yaml`);
  const own = config.maxConnections;
  const settingsOf = (retries: number, maxConnections: number): Record<string, string> => ({
    retries: JSON.stringify({ retryOn: RETRY_ON, ...config.retries, attempts: retries }),
    maxConnections: String(maxConnections),
  });
  const map = await mapOf(stack, (retries, limit) => prepareWith(settingsOf(retries, limit)), own);
  const model = modelOf(prepared);
  const found = recovered({ model, course, seeds, timeScale, map });

  const document: RecoveryDocument = {
    stack,
    source: 'prediction',
    disturbance: (disturbance satisfies Disturbance).text,
    course,
    seeds,
    ...found,
    check: options.check
      ? await checkRecovery({
          ...{ own: prepared, found, seeds, course, progress: output.progress },
          ownCell: { retries: config.retries.attempts ?? 2, maxConnections: own },
          prepareCell: async (retries, limit) =>
            (await prepareWith(settingsOf(retries, limit))).prepared,
        })
      : null,
    leftOut: [...model.leftOut],
  };
  output.print(recoverySchema.parse(document));
  return exitCodeOfCheck(document.check);
}

function watchOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new LabError(`--watch ${text}: must be a time above 0, such as 60s`);
}

/** Values of the keys that nothing else in a model has. */
const PROBES = { retries: [1009, 1013], maxConnections: [1_000_003, 1_000_033] } as const;

async function mapOf(
  stack: string,
  prepareWith: (retries: number, maxConnections: number) => Promise<{ prepared: Prepared }>,
  own: number,
): Promise<RecoveryMap> {
  const probe = async (which: 0 | 1) =>
    modelOf((await prepareWith(PROBES.retries[which], PROBES.maxConnections[which])).prepared);
  const models = [await probe(0), await probe(1)] as const;
  const slots = {
    retries: slotsOf(models, PROBES.retries),
    maxConnections: slotsOf(models, PROBES.maxConnections),
  };
  for (const [key, found] of Object.entries(slots)) {
    if (found.length > 0) continue;
    throw new LabError(
      `${stack}: ${key} changes nothing in this stack, of which no map can be made. Recover needs a ` +
        'stack with a server and sidecars of its own (manifests unset, injection true)',
    );
  }
  const limits =
    own === 0 ? LIMITS_OF_NONE : LIMITS.map((times) => Math.max(1, Math.round(own * times)));
  return {
    model: models[0],
    slots,
    retries: RETRIES,
    maxConnections: [...new Set(limits), 0],
  };
}
