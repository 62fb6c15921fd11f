/**
 * Durations as Istio writes them: `5s`, `250ms`, `1m30s`, `1.5h`, and `0s` for none; as Go reads them,
 * but for a sign that takes away (time.ParseDuration). The project's one reader of them, which stands
 * here because the apps import nothing from outside apps/.
 */
const UNIT_NS = {
  ...{ ns: 1n, us: 1000n, µs: 1000n, μs: 1000n, ms: 10n ** 6n, s: 10n ** 9n },
  ...{ m: 60n * 10n ** 9n, h: 3600n * 10n ** 9n },
} as const;
const WHOLE = /^\+?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of a duration, down to whole nanoseconds as in Go; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let ns = 0n;
  for (const [, whole = '', digits = '', unit] of text.matchAll(PART)) {
    const inUnits = BigInt(whole + digits) * UNIT_NS[unit as keyof typeof UNIT_NS];
    ns += inUnits / 10n ** BigInt(digits.length);
  }
  // In floats 0.54519s would be 545.1899999999999 ms.
  return Number(`${ns}e-6`);
}
