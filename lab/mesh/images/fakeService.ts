/** nicholasjackson/fake-service, by its variables. */
import type { Behaviour, Failure } from '../../../experiment/behaviour.ts';
import { parseDuration } from '../../../apps/contract.ts';
import type { ImageFamily } from './image.ts';

type Variables = Readonly<Record<string, string>>;

/** Of a hundred requests, how many take the time of each variable (its timing/timing.go). */
const TIMES = [
  ['TIMING_50_PERCENTILE', 90],
  ['TIMING_90_PERCENTILE', 9],
  ['TIMING_99_PERCENTILE', 1],
] as const;

export const fakeService: ImageFamily = {
  isMeant: (name) => name === 'fake-service',
  understand: (_, { env }) => {
    const calls = callsOf(env);
    const errors = errorsOf(env);
    const behaviour: Behaviour = {
      serviceTime: serviceTimeOf(env),
      ...(errors.length > 0 && { errors }),
      ...(calls.length > 0 && { calls, callErrorStatus: 500 }),
    };
    const left = ['TIMING_VARIANCE', 'RATE_LIMIT', 'UPSTREAM_WORKERS']
      .filter((name) => !['', '0', '0.0', '1', undefined].includes(env[name]))
      .map((name) => `; its ${name} is left out`);
    const said = 'is fake-service: its TIMING_*, ERROR_* and UPSTREAM_URIS are understood';
    return { app: 'server', behaviour, said: said + left.join('') };
  },
};

/** A time that is not set is that of the percentile below it. */
function serviceTimeOf(env: Variables): string {
  let time = '0s';
  const all = TIMES.flatMap(([name, share]) => {
    const own = env[name] ?? '';
    if ((parseDuration(own) ?? 0) > 0) time = own;
    return Array<string>(share).fill(time);
  });
  return new Set(all).size === 1 ? time : `samples(${all.join(', ')})`;
}

/** ERROR_TYPE `delay` makes requests slow, `http_error` makes them fail. */
function errorsOf(env: Variables): Failure[] {
  const share = Number(env['ERROR_RATE'] ?? 0);
  if (!(share > 0 && share <= 1)) return [];
  const delay = env['ERROR_DELAY'] ?? '';
  const after = (parseDuration(delay) ?? 0) > 0 && { after: delay };
  const isDelay = env['ERROR_TYPE'] === 'delay';
  const code = Number(env['ERROR_CODE'] ?? 500);
  const isCode = Number.isInteger(code) && code >= 200 && code <= 599;
  return [{ share, status: isDelay ? 200 : isCode ? code : 500, from: '0s', ...after }];
}

function callsOf(env: Variables): string[] {
  return (env['UPSTREAM_URIS'] ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri.startsWith('http://'));
}
