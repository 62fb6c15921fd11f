/** What a request asks for, by its path: a table for each way that PATHS names. */
import type { Random } from '../common/random.ts';

export const PATHS = ['index', 'any', 'httpbin'] as const;
export type Paths = (typeof PATHS)[number];

export type Asked =
  /** Work, and then its status; the switch's where undefined. */
  | { readonly kind: 'work'; readonly status?: number; readonly takesMs?: number }
  | { readonly kind: 'health' }
  /** To fail from now on, or to do so no more. */
  | { readonly kind: 'switch'; readonly fails: boolean }
  | { readonly kind: 'nothing' };

/** @param path without its query */
export function askedFor(paths: Paths, path: string, random: Random): Asked {
  if (path === '/healthz') return { kind: 'health' };
  if (paths === 'any') return { kind: 'work', status: 200 };
  if (paths === 'httpbin') return askedOfHttpbin(path, random);
  if (path === '/index') return { kind: 'work' };
  if (path === '/fail' || path === '/pass') return { kind: 'switch', fails: path === '/fail' };
  return { kind: 'nothing' };
}

/** The longest that httpbin delays. */
const LONGEST_DELAY_S = 10;

/** httpbin.org and github.com/mccutchen/go-httpbin: `/delay/2`, `/status/503`, `/status/200:0.9,503:0.1`. */
function askedOfHttpbin(path: string, random: Random): Asked {
  const [, name, text = ''] = path.split('/');
  if (name === 'delay' && /^\d+(\.\d+)?s?$/.test(text)) {
    const seconds = Math.min(LONGEST_DELAY_S, Number.parseFloat(text));
    return { kind: 'work', status: 200, takesMs: seconds * 1000 };
  }
  if (name === 'status' && /^\d{3}(:[\d.]+)?(,\d{3}(:[\d.]+)?)*$/.test(text)) {
    return { kind: 'work', status: pick(text, random) };
  }
  return { kind: 'work', status: 200 };
}

/** One of the codes, by their weights. */
function pick(text: string, random: Random): number {
  const codes = text.split(',').map((one) => {
    const [code, weight = '1'] = one.split(':');
    return { code: Number(code), weight: Number(weight) };
  });
  let left = random() * codes.reduce((sum, { weight }) => sum + weight, 0);
  return (codes.find(({ weight }) => (left -= weight) < 0) ?? codes[0])?.code ?? 200;
}
