/**
 * An experiment's objects with all its times shrunk alike: service times, intervals, ejections,
 * timeouts. What belongs to the network and to connections (connect timeouts, keep-alive, idle
 * timeouts) stays, as the machine does not become faster.
 */
import {
  CLIENT,
  formatRate,
  parseRate,
  parseSendAt,
  parseSteps,
  TIMES,
} from '../../apps/contract.ts';
import { formatDuration, parseDuration } from '../../istio/duration.ts';
import type { MeshConfig } from '../../istio/meshConfig.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** Fields of Istio's objects that hold a duration of the experiment, by kind. */
const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  DestinationRule: new Set([
    ...['interval', 'baseEjectionTime', 'budgetInterval'],
    ...['maxConnectionDuration', 'duration', 'warmupDurationSecs'],
  ]),
  VirtualService: new Set(['timeout', 'perTryTimeout', 'fixedDelay', 'backoff']),
};

/** Fields with the same names that belong to the connection, by the field they stand in. */
const NOT_IN = new Set(['tcpKeepalive', 'http2KeepAlive']);

/** Envoy and Istio know no duration below this. */
const SHORTEST_MS = 1;

/** @param scale above 0; 0.2 makes everything five times as fast */
export function scaleTimes(
  objects: readonly KubernetesObject[],
  scale: number,
): readonly KubernetesObject[] {
  if (scale === 1) return objects;
  return objects.map((object) => {
    const fields = FIELDS[object.kind];
    const isDuration = (key: string): boolean => fields?.has(key) === true;
    return scaleIn(object, isDuration, scale) as KubernetesObject;
  });
}

const MESH_FIELDS = new Set(['perTryTimeout', 'backoff']);

/** The mesh's own configuration with the times of its experiment shrunk: those of retries. */
export function scaleMeshConfig(config: MeshConfig, scale: number): MeshConfig {
  if (scale === 1) return config;
  return scaleIn(config, (key) => MESH_FIELDS.has(key), scale) as MeshConfig;
}

function scaleIn(value: unknown, isDuration: (key: string) => boolean, scale: number): unknown {
  if (Array.isArray(value)) return value.map((entry) => scaleIn(entry, isDuration, scale));
  if (typeof value !== 'object' || value === null) return value;
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  if (typeof name === 'string' && typeof text === 'string') {
    return { ...value, value: scaledSetting(name, text, scale) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]: [string, unknown]) => {
      if (isDuration(key) && typeof entry === 'string') return [key, scaled(entry, scale)];
      return [key, NOT_IN.has(key) ? entry : scaleIn(entry, isDuration, scale)];
    }),
  );
}

/** Variables that hold times, or rates, in a form of their own. */
const SCHEDULES: Readonly<Record<string, (text: string, scale: number) => string | undefined>> = {
  [CLIENT.rate]: (text, scale) => {
    const perSecond = parseRate(text);
    return perSecond === undefined ? undefined : formatRate(perSecond / scale);
  },
  [CLIENT.steps]: (text, scale) =>
    parseSteps(text)
      ?.map(({ perSecond, forMs }) => {
        return `${formatRate(perSecond / scale)} for ${formatDuration(forMs * scale)}`;
      })
      .join(', '),
  [CLIENT.sendAt]: (text, scale) =>
    parseSendAt(text)
      ?.map((ms) => formatDuration(ms * scale))
      .join(', '),
};

/** The value of an app's variable with its times shrunk; what cannot be read, the app itself refuses. */
export function scaledSetting(name: string, text: string, scale: number): string {
  if (TIMES.has(name)) return scaled(text, scale);
  return SCHEDULES[name]?.(text, scale) ?? text;
}

function scaled(duration: string, scale: number): string {
  const ms = parseDuration(duration);
  if (ms === undefined || ms === 0) return duration;
  return formatDuration(Math.max(SHORTEST_MS, Math.round(ms * scale)));
}
