/** `lab init`: a first experiment.yaml beside somebody's manifests. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { CLIENT, SERVER } from '../../apps/contract.ts';
import { LabError } from '../../errors/labError.ts';
import type { Pod } from '../mesh/model.ts';
import { viewOf } from '../mesh/view.ts';
import { understand } from './prepare.ts';

export const FILE = 'experiment.yaml';

export const command = new Command('init')
  .description(
    `write a first ${FILE} beside the manifests of a folder: load, behaviour, expectations`,
  )
  .argument('<folder>', 'of manifests')
  .action(async (folder: string) => {
    process.stdout.write(await init(folder));
  });

/**
 * @returns what was written, for people
 * @throws LabError where there is such a file already, or the manifests cannot be used
 */
export async function init(folder: string): Promise<string> {
  const taken = ['experiment.yaml', 'experiment.yml', 'experiment.json', 'behaviour.yaml']
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));
  if (taken !== undefined) {
    throw new LabError(
      `${taken}: is there already, and stays as it is; remove it to have a new one`,
    );
  }
  const { mesh, source } = await understand(undefined, { manifests: [folder] });
  const file = join(folder, FILE);
  const view = viewOf(mesh, { name: source.experiment.stack, digest: source.digest });
  const times = new Map(
    mesh.pods.flatMap(({ workload, runs }): [string, string][] => {
      const time = serviceTime(runs);
      return time === undefined ? [] : [[workload, time]];
    }),
  );
  const client = mesh.pods.find(({ runs }) => runs.app === 'client');
  const text = [
    '# What is sent, how the services behave, and what is expected; `lab schema experiment-file` has every field.',
    `description: What the breakers of ${view.name} do`,
    '',
    '# Or: closed(50), paced(10/s), poisson(40/s), steps(10/s for 5s, 50/s for 5s), or a line of fortio or hey.',
    `load: ${loadText(client)}`,
    '',
    '# Times as laws: 50ms, uniform(10ms, 90ms), lognormal(p50=20ms, p99=400ms).',
    times.size === 0 ? '# behaviour: {}' : 'behaviour:',
    ...[...times].map(([name, time]) => `  ${name}: ${JSON.stringify(time)}`),
    '',
    '# expect:',
    '#   - name: answered',
    '#     status: 200',
    '#     share: [0.9, 1]',
    '',
  ].join('\n');
  writeFileSync(file, text, { flag: 'wx' });
  return `${file} is written; edit it, then: lab run --manifests ${folder}\n`;
}

/** As a line of experiment.yaml. */
function loadText(client: Pod | undefined): string {
  const env = client?.runs.app === 'client' ? client.runs.env : {};
  const { [CLIENT.mode]: mode = 'batch', [CLIENT.batchSize]: size = '10' } = env;
  const spread = env[CLIENT.batchSpread];
  if (mode === 'closed') {
    const { [CLIENT.workers]: workers = '50', [CLIENT.requests]: requests = '200' } = env;
    return `closed(${workers}, requests=${requests})`;
  }
  return mode === 'batch'
    ? `batch(${size}, every=${env[CLIENT.interval] ?? '20s'}${spread === undefined ? '' : `, spread=${spread}`})`
    : 'batch(10, every=1s)';
}

/** Undefined where its own variables say more than a time. */
function serviceTime(runs: Pod['runs']): string | undefined {
  if (runs.app !== 'server') return undefined;
  return runs.behaviour?.serviceTime ?? runs.env[SERVER.delay];
}
