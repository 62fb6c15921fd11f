/**
 * The same closed load once more, by `hey` itself (github.com/rakyll/hey) where that is asked for, on
 * a mesh of its own: a second pair of eyes on what the project's client sees.
 */
import { execa, ExecaError } from 'execa';
import { CLIENT, CLIENT_DEFAULTS, loadTraits } from '../../apps/contract.ts';
import { environmentError, LabError } from '../../errors/labError.ts';
import { findHey, HOW_TO_GET_HEY } from '../environment/heyBinary.ts';
import type { Mesh } from '../mesh/model.ts';
import type { External } from '../../experiment/observation.ts';
import { LocalMesh } from './localMesh.ts';
import type { Plan, PlannedClient } from '../mesh/plan.ts';

/** A load of the size that the experiments have takes hey seconds. */
const LIMIT_MS = 120_000;

/** What hey will do, on this machine. */
export interface HeyPlan {
  /** Path of the executable. */
  readonly hey: string;
  /** The client that it stands for. */
  readonly client: PlannedClient;
}

/** @throws LabError where there is no load that hey can send, or no hey */
export async function planHey({ clients }: Plan): Promise<HeyPlan> {
  const client = clients.find(({ env }) => loadTraits(env[CLIENT.mode])?.closedLoop === true);
  if (client === undefined) {
    throw new LabError(
      '--hey: hey sends as a closed load does, and no client of this experiment sends so. ' +
        'Leave --hey out, or run a stack with such a load: --set load=closed',
    );
  }
  const hey = await findHey();
  if (hey === null) {
    throw environmentError(`--hey: there is no hey on PATH. To get it: ${HOW_TO_GET_HEY}`);
  }
  return { hey, client };
}

export interface HeyOptions extends HeyPlan {
  readonly mesh: Mesh;
  readonly plan: Plan;
  readonly timeScale: number;
  /** Path of the Envoy executable. */
  readonly envoy: string;
  readonly signal: AbortSignal;
}

/**
 * What hey saw, or why it saw nothing: the run that it is asked for beside is over, and stays.
 *
 * @throws the signal's reason
 */
export async function runHey(options: HeyOptions): Promise<External> {
  const { hey, client, mesh, plan, timeScale, envoy, signal } = options;
  const ignore = (): void => undefined;
  const local = new LocalMesh({
    mesh,
    plan,
    timeScale,
    envoy,
    onAccessLog: ignore,
    onClientLine: ignore,
    onLag: ignore,
    onEnd: ignore,
  });
  let command = 'hey';
  try {
    await local.start();
    const args = await heyArguments(local, client);
    command = ['hey', ...args].join(' ');
    const { stdout } = await execa(hey, args, { cancelSignal: signal, timeout: LIMIT_MS });
    return { tool: 'hey', command, statuses: statusesOf(stdout) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LabError || error instanceof ExecaError)) throw error;
    const problem = error instanceof ExecaError ? whyItFailed(error as ExecaError) : error.message;
    return { tool: 'hey', command, statuses: {}, problem };
  } finally {
    await local.stop();
  }
}

/** Its last words, where it had any. */
function whyItFailed({ shortMessage, stderr }: ExecaError): string {
  const [first = '', last = ''] = [
    shortMessage.split('\n')[0],
    String(stderr).trim().split('\n').at(-1),
  ];
  return [first, last].filter((words) => words !== '').join(': ');
}

async function heyArguments(local: LocalMesh, client: PlannedClient): Promise<string[]> {
  const { env } = client;
  const requests = env[CLIENT.requests] ?? String(CLIENT_DEFAULTS.requests);
  const workers = env[CLIENT.workers] ?? String(CLIENT_DEFAULTS.workers);
  const way = await local.wayOf(client);
  return [
    ...['-n', requests, '-c', workers, '-o', 'csv'],
    ...('http_proxy' in way ? ['-x', way['http_proxy'] ?? ''] : []),
    ...(CLIENT.headers in way ? ['-host', client.url.host] : []),
    way[CLIENT.url] ?? client.url.href,
  ];
}

/** hey's CSV: one line a request, its status in the column of that name. */
function statusesOf(csv: string): Record<string, number> {
  const [head = '', ...lines] = csv.trim().split('\n');
  const column = head.split(',').indexOf('status-code');
  if (column < 0) throw environmentError('hey printed no table with a column status-code');
  const statuses = lines.map((line) => line.split(',')[column] ?? '');
  return Object.fromEntries(
    [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]),
  );
}
