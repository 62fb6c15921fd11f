/** `lab play`: a mesh that runs on, and a page to turn it by. */
import { Command, Option } from 'commander';
import { parseDuration } from '../../apps/contract.ts';
import { LabError } from '../../errors/labError.ts';
import { findEnvoy } from '../environment/envoyBinary.ts';
import { loadSource, pathsOf } from '../objects/source.ts';
import { ofObjects } from '../play/ofObjects.ts';
import { ofStack } from '../play/ofStack.ts';
import { play } from '../play/play.ts';
import type { Turner } from '../play/turner.ts';
import { untilInterrupted } from './interrupt.ts';
import { MESH_CONFIG, PROXY_CONCURRENCY, SOURCE, TIME_SCALE, withOptions } from './options.ts';
import { paceOf, type RunOptions } from './prepare.ts';

interface PlayCommandOptions extends RunOptions {
  readonly for: string;
}

export const command = withOptions(
  new Command('play')
    .description('keep a mesh of real Envoys running, with a page to turn its limits and see')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    ...SOURCE,
    MESH_CONFIG,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    new Option(
      '--for <duration>',
      'the load ends after so long, until the page lets it go on',
    ).default('30m'),
  ],
).action(async (stack: string | undefined, options: PlayCommandOptions) => {
  const loadMs = loadTimeOf(options.for);
  const turner = await turnerOf(stack, options);
  await turner.prepared(turner.values);
  const { stdout } = process;
  const envoy = await findEnvoy({ onProgress: (text) => stdout.write(`${text}\n`) });
  await untilInterrupted((signal) =>
    play({
      ...{ turner, envoy, loadMs, signal },
      onReady: (url, proxies) => {
        const are = proxies === 1 ? 'proxy' : 'proxies';
        stdout.write(
          `${turner.name}: ${proxies} ${are} of Envoy ${envoy.version} ${proxies === 1 ? 'is' : 'are'} up, and the load goes on (--for ${options.for})\n` +
            `The page, for you alone: ${url}\n` +
            'Ctrl-C ends everything.\n',
        );
      },
    }),
  );
  stdout.write('Everything has ended.\n');
});

/** @throws LabError for what is no time, or more than a day */
function loadTimeOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000 && ms <= 86_400_000) return ms;
  throw new LabError(`--for ${text}: must be a time from 1s to 24h, such as 30m`);
}

/** @throws LabError naming what cannot be used */
async function turnerOf(stack: string | undefined, options: PlayCommandOptions): Promise<Turner> {
  const pace = paceOf(options);
  if (stack !== undefined && pathsOf(options).length === 0) return ofStack(stack, options, pace);
  return ofObjects(await loadSource(stack, options), options, pace);
}
