/** How long clients may say nothing before something must be wrong. */
import {
  CLIENT,
  CLIENT_DEFAULTS,
  loadTraits,
  parseRate,
  parseSendAt,
  parseSteps,
} from '../../apps/contract.ts';
import { durationMs, parseDuration } from '../../istio/duration.ts';

/** What a busy machine may add to the longest silence that a client's own settings explain. */
const SILENCE_MORE_MS = 30_000;

/** Of so many times the mean, a random time is longer once in a billion times. */
const LONGEST_OF_MEANS = 20;

type Setting = (name: string) => string | undefined;

/** The longest time between two requests of the ways whose times differ. */
const GAPS: Readonly<Record<string, (setting: Setting) => number>> = {
  poisson: (setting) => {
    const perSecond = parseRate(setting(CLIENT.rate) ?? CLIENT_DEFAULTS.rate) ?? 1;
    return (LONGEST_OF_MEANS * 1000) / perSecond;
  },
  steps: (setting) => {
    const steps = parseSteps(setting(CLIENT.steps) ?? '') ?? [];
    // A pause lasts as long as it does.
    return Math.max(0, ...steps.map(({ perSecond, forMs }) => Math.min(forMs, 1000 / perSecond)));
  },
  replay: (setting) => {
    const times = parseSendAt(setting(CLIENT.sendAt) ?? '') ?? [];
    return Math.max(0, ...times.map((ms, index) => ms - (times[index - 1] ?? 0)));
  },
};

/** From one of a client's batches, or requests, to the next, in ms; 0 where there is no such time. */
export function intervalOf(setting: Setting): number {
  const mode = setting(CLIENT.mode);
  const usual = (): number => timeOf(setting(CLIENT.interval), loadTraits(mode)?.interval ?? '0s');
  return GAPS[mode ?? '']?.(setting) ?? usual();
}

/**
 * The longest that a client may be silent, in ms, as its own settings have it: nothing is logged
 * between two batches, nor while a request waits for its answer.
 *
 * @param setting an environment variable of the client's container
 */
export function longestSilence(setting: (name: string) => string | undefined): number {
  const timeout = timeOf(setting(CLIENT.timeout), CLIENT_DEFAULTS.timeout);
  const initialDelay = timeOf(setting(CLIENT.initialDelay), CLIENT_DEFAULTS.initialDelay);
  return intervalOf(setting) + timeout + initialDelay + SILENCE_MORE_MS;
}

/** In ms; what cannot be read, the client itself refuses. */
function timeOf(text: string | undefined, otherwise: string): number {
  return parseDuration(text ?? '') ?? durationMs(otherwise);
}

/** The fault that a longer silence is. */
export function silenceFault(ms: number, waitedFor: string): string {
  return `no client has logged anything for ${Math.round(ms / 1000)} s: waited for ${waitedFor}`;
}
