/**
 * The same closed load once more, by `hey` itself (github.com/rakyll/hey) where it is installed, on
 * a mesh of its own: a second pair of eyes on what the project's client sees.
 */
import { execa } from 'execa';
import { findOnPath } from '../environment/executables.ts';
import type { Mesh } from '../mesh/model.ts';
import type { External } from '../observation/schema.ts';
import { LocalMesh } from './localMesh.ts';
import type { Plan, PlannedClient } from './plan.ts';

/** A load of the size that the experiments have takes hey seconds. */
const LIMIT_MS = 120_000;

export interface HeyOptions {
  readonly mesh: Mesh;
  readonly plan: Plan;
  readonly timeScale: number;
  /** Path of the Envoy executable. */
  readonly envoy: string;
  readonly signal: AbortSignal;
}

/** What hey saw; undefined where it is not installed, or the client's load is not a closed loop. */
export async function runHey(options: HeyOptions): Promise<External | undefined> {
  const { mesh, plan, timeScale, envoy, signal } = options;
  const client = plan.clients.find(({ container }) => container.env['MODE'] === 'closed');
  const hey = client === undefined ? null : await findOnPath('hey');
  if (client === undefined || hey === null) return undefined;
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
  try {
    await local.start();
    const args = await heyArguments(local, client);
    const { stdout } = await execa(hey, args, { cancelSignal: signal, timeout: LIMIT_MS });
    return { tool: 'hey', command: ['hey', ...args].join(' '), statuses: statusesOf(stdout) };
  } finally {
    await local.stop();
  }
}

async function heyArguments(local: LocalMesh, client: PlannedClient): Promise<string[]> {
  const { WORKERS = '50', REQUESTS = '200' } = client.container.env;
  const way = await local.wayOf(client);
  return [
    ...['-n', REQUESTS, '-c', WORKERS, '-o', 'csv'],
    ...('http_proxy' in way ? ['-x', way['http_proxy'] ?? ''] : []),
    ...('HEADERS' in way ? ['-host', client.url.host] : []),
    way['URL'] ?? client.url.href,
  ];
}

/** hey's CSV: one line a request, its status in the column of that name. */
function statusesOf(csv: string): Record<string, number> {
  const [head = '', ...lines] = csv.trim().split('\n');
  const column = head.split(',').indexOf('status-code');
  const statuses = lines.map((line) => line.split(',')[column] ?? '');
  return Object.fromEntries(
    [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]),
  );
}
