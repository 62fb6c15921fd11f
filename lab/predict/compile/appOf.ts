/** What a server does, of its variables, as the server itself reads them (apps/server). */
import {
  type Law,
  parseDuration,
  parseLaw,
  scaleLaw,
  SERVER,
  SERVER_DEFAULTS,
  type ServerBehaviour,
} from '../../../apps/contract.ts';
import type { App, Failure, Work } from '../model.ts';

type Variables = Readonly<Record<string, string>>;

/** An application before its calls and works are known. */
export interface Conduct extends Omit<App, 'pod' | 'calls' | 'works'> {
  readonly time: Law;
  readonly status: number;
  readonly paths: string;
  readonly timeScale: number;
  readonly calls: NonNullable<ServerBehaviour['calls']>;
}

export function conductOf(env: Variables): Conduct {
  const timeScale = Number(env[SERVER.timeScale] ?? 1);
  const told = JSON.parse(env[SERVER.behaviour] ?? '{}') as ServerBehaviour;
  const ms = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : (parseDuration(text) ?? 0) * timeScale;
  const law = (text: string | undefined): Law | undefined => {
    const found = text === undefined ? undefined : parseLaw(text);
    return found && scaleLaw(found, timeScale);
  };
  return {
    time: law(told.serviceTime) ?? ownTime(env),
    status: Number(env[SERVER.status] ?? 200),
    paths: env[SERVER.paths] ?? 'index',
    timeScale,
    concurrency: told.concurrency ?? Infinity,
    keepAlive: told.keepAlive ?? (env[SERVER.keepAlive] ?? '1') === '1',
    backlog: Number(env[SERVER.backlog] ?? Infinity),
    errors: (told.errors ?? []).map(({ share = 1, status = 500, after, from, to }): Failure => ({
      share,
      status,
      after: law(after) ?? null,
      fromMs: ms(from, 0),
      toMs: ms(to, Infinity),
    })),
    calls: told.calls ?? [],
    callErrorStatus: told.callErrorStatus ?? 500,
  };
}

function ownTime(env: Variables): Law {
  const minMs = parseDuration(env[SERVER.delayMin] ?? '');
  const maxMs = parseDuration(env[SERVER.delayMax] ?? '');
  if (minMs !== undefined && maxMs !== undefined) return { kind: 'uniform', minMs, maxMs };
  return { kind: 'fixed', ms: parseDuration(env[SERVER.delay] ?? SERVER_DEFAULTS.delay) ?? 0 };
}

/** What is done for a path (apps/server/paths.ts). */
export function workOf({ paths, time, status, timeScale }: Conduct, asked: string): Work {
  const [path = ''] = asked.split('?', 1);
  const answer = (code: number, law: Law | null = time): Work => ({
    time: law,
    statuses: [{ status: code, weight: 1 }],
  });
  if (path === '/healthz') return answer(200, null);
  if (paths === 'any') return answer(200);
  if (paths === 'httpbin') return ofHttpbin(path, answer, timeScale);
  if (path === '/index') return answer(status);
  return answer(path === '/fail' || path === '/pass' ? 200 : 404, null);
}

const LONGEST_DELAY_S = 10;

function ofHttpbin(
  path: string,
  answer: (status: number, law?: Law) => Work,
  timeScale: number,
): Work {
  const [, name, text = ''] = path.split('/');
  if (name === 'delay' && /^\d+(\.\d+)?s?$/.test(text)) {
    const ms = Math.min(LONGEST_DELAY_S, Number.parseFloat(text)) * 1000 * timeScale;
    return answer(200, { kind: 'fixed', ms });
  }
  if (name === 'status' && /^\d{3}(:[\d.]+)?(,\d{3}(:[\d.]+)?)*$/.test(text)) {
    const codes = text.split(',').map((one) => one.split(':').map(Number));
    const weights = codes.map(([, weight = 1]) => weight);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return {
      ...answer(200),
      statuses: codes.map(([status = 200], index) => ({
        status,
        weight: (weights[index] ?? 0) / total,
      })),
    };
  }
  return answer(200);
}
