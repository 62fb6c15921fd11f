/**
 * Load tools, a row each: what its flags mean to a load of ours.
 * Sources: `fortio help` (fortio.org), the README of github.com/rakyll/hey, siege(1).
 */
import { parseDuration } from '../apps/contract.ts';
import { LabError } from '../errors/labError.ts';

/** The values of each flag that is given, in order; of a switch, `true`. */
export type Flags = Readonly<Record<string, readonly string[] | undefined>>;

export interface Tool {
  /** The words that it begins with. */
  readonly name: readonly [string, string?];
  /** Whether its flags are those of Go's package flag: `-qps 8`, `--qps=8`. */
  readonly isGo: boolean;
  /** Flags with a value. */
  readonly values: readonly string[];
  readonly switches: readonly string[];
  /** What is not done of a flag that changes what is sent. Every other one is understood, or changes nothing. */
  readonly notDone: Readonly<Record<string, string>>;
  /** The fields of a load, or why it is none. */
  readonly load: (flags: Flags) => Readonly<Record<string, unknown>> | string;
}

const PLAIN_GET = 'every request is a GET without a body';
const ONE_CONNECTION = 'each worker keeps its connection for as long as the server does';

const fortio: Tool = {
  name: ['fortio', 'load'],
  isGo: true,
  values: [
    ...[
      'c',
      'n',
      'qps',
      't',
      'H',
      'timeout',
      'host',
      'payload',
      'payload-size',
      'payload-file',
      'X',
      'method',
    ],
    ...[
      'content-type',
      'user',
      'connection-reuse',
      'resolve',
      'resolve-ip-type',
      'loglevel',
      'p',
      'r',
      'labels',
    ],
    ...[
      'json',
      'offset',
      'gomaxprocs',
      'profile',
      'httpbufferkb',
      'maxpayloadsizekb',
      'log-errors',
      'runid',
    ],
    ...['abort-on', 'cert', 'key', 'cacert', 'data-dir', 'access-log-file'],
  ],
  switches: [
    ...[
      'a',
      'quiet',
      'keepalive',
      'stdclient',
      'uniform',
      'jitter',
      'nocatchup',
      'allow-initial-errors',
      'k',
      'L',
    ],
    ...[
      'follow-redirects',
      'http1.0',
      'h2',
      'halfclose',
      'grpc',
      'httpccch',
      'compression',
      'sequential-warmup',
    ],
    ...['logcaller', 'https-insecure', 'no-reresolve', 'calc-qps'],
  ],
  notDone: {
    ...{
      payload: PLAIN_GET,
      'payload-size': PLAIN_GET,
      'payload-file': PLAIN_GET,
      X: PLAIN_GET,
      method: PLAIN_GET,
    },
    ...{
      keepalive: ONE_CONNECTION,
      'connection-reuse': ONE_CONNECTION,
      'http1.0': 'it speaks HTTP/1.1',
    },
    ...{
      h2: 'it speaks HTTP/1.1',
      uniform: 'workers begin together',
      jitter: 'times have no jitter',
    },
    ...{
      nocatchup: 'a worker that is late catches up',
      resolve: 'names are those of the Services',
    },
    ...{ user: 'no user is sent', 'content-type': PLAIN_GET, L: 'redirects are not followed' },
    ...{
      'follow-redirects': 'redirects are not followed',
      'abort-on': 'it goes on whatever is answered',
    },
    ...{ 'sequential-warmup': 'workers connect together', offset: 'it begins at once' },
  },
  load: (flags) => {
    if (flags['grpc'] !== undefined) return '-grpc: only HTTP is sent here';
    const workers = number(flags, 'c', 4);
    const perSecond = number(flags, 'qps', 8);
    const count = number(flags, 'n', 0);
    const time = flags['t']?.at(-1) ?? '5s';
    const seconds = (parseDuration(time) ?? NaN) / 1000;
    if (count === 0 && !(seconds > 0)) {
      return `-t ${time}: must be a time after which it ends, or -n a number`;
    }
    // Of a rate and a time fortio makes a number, the same for each connection.
    const planned = Math.max(1, Math.floor((perSecond * seconds) / workers)) * workers;
    const extent =
      count > 0 ? { requests: count } : perSecond > 0 ? { requests: planned } : { for: time };
    return {
      mode: 'closed',
      workers,
      rate: perSecond > 0 ? `${perSecond}/s` : undefined,
      ...extent,
      timeout: flags['timeout']?.at(-1) ?? '3s',
    };
  },
};

const hey: Tool = {
  name: ['hey'],
  isGo: true,
  values: [
    'n',
    'c',
    'q',
    'z',
    'o',
    'm',
    'H',
    't',
    'A',
    'd',
    'D',
    'T',
    'U',
    'a',
    'x',
    'host',
    'cpus',
  ],
  switches: ['h2', 'disable-compression', 'disable-keepalive', 'disable-redirects', 'more'],
  notDone: {
    ...{ m: PLAIN_GET, d: PLAIN_GET, D: PLAIN_GET, T: PLAIN_GET, a: 'no user is sent' },
    ...{
      x: 'the way is that of the mesh',
      h2: 'it speaks HTTP/1.1',
      'disable-keepalive': ONE_CONNECTION,
    },
  },
  load: (flags) => {
    const workers = number(flags, 'c', 50);
    const count = number(flags, 'n', 200);
    const time = flags['z']?.at(-1);
    if (time === undefined && count < workers) {
      return `-n ${count}: must not be less than -c ${workers}`;
    }
    const perWorker = number(flags, 'q', 0);
    const timeoutSeconds = number(flags, 't', 20);
    return {
      mode: 'closed',
      workers,
      // The same number for each worker; what is left over hey does not send.
      ...(time === undefined ? { requests: Math.floor(count / workers) * workers } : { for: time }),
      rate: perWorker > 0 ? `${perWorker * workers}/s` : undefined,
      timeout: timeoutSeconds > 0 ? `${timeoutSeconds}s` : WITHOUT_TIMEOUT,
    };
  },
};

const siege: Tool = {
  name: ['siege'],
  isGo: false,
  values: [
    'c',
    'r',
    't',
    'd',
    'H',
    'A',
    'T',
    'l',
    'm',
    'concurrent',
    'reps',
    'time',
    'delay',
    'header',
    'log',
  ],
  switches: [
    'b',
    'v',
    'q',
    'g',
    'p',
    'i',
    'benchmark',
    'verbose',
    'quiet',
    'internet',
    'no-parser',
    'no-follow',
  ],
  notDone: {
    ...{
      d: 'a worker does not wait between its requests',
      delay: 'a worker does not wait between its requests',
    },
    ...{ T: PLAIN_GET },
  },
  load: (flags) => {
    const workers = number(flags, flags['c'] === undefined ? 'concurrent' : 'c', 25);
    const [, count, unit = ''] =
      /^(\d+)([SMH]?)$/i.exec((flags['t'] ?? flags['time'])?.at(-1) ?? '') ?? [];
    const rounds = number(flags, flags['r'] === undefined ? 'reps' : 'r', 0);
    if (count === undefined && rounds === 0) {
      return 'needs -r a number or -t a time, such as 30S, to end';
    }
    const time = `${count ?? ''}${unit === '' ? 'm' : unit.toLowerCase()}`;
    return {
      mode: 'closed',
      workers,
      ...(rounds > 0 ? { requests: rounds * workers } : { for: time }),
      timeout: '30s',
    };
  },
};

export const TOOLS: readonly Tool[] = [fortio, hey, siege];

/** A day: longer than anybody waits. */
const WITHOUT_TIMEOUT = '24h';

/** @throws LabError for what is no number */
function number(flags: Flags, flag: string, otherwise: number): number {
  const text = flags[flag]?.at(-1);
  if (text === undefined) return otherwise;
  // Of fortio: as fast as it goes.
  const found = text === 'max' ? 0 : Number(text);
  if (!Number.isNaN(found)) return found;
  throw new LabError(`load: -${flag} '${text}': must be a number`);
}
