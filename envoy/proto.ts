/** Small parts of the JSON form of protocol buffers. */
import { durationMs } from '../istio/duration.ts';
import type { Any, ConfigSource, Duration, Extension } from './messages.ts';

/** The object without its undefined fields: in a message, a field that is not set is absent. */
export function message<T>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as T;
}

/** An Any of the Envoy message `envoy.<type>`. */
export function typedMessage<T extends Any>(type: string, fields: Omit<T, '@type'>): T;
export function typedMessage(type: string): Any;
export function typedMessage(type: string, fields: object = {}): Any {
  return { '@type': `type.googleapis.com/envoy.${type}`, ...fields };
}

/** An extension point: the implementation's name, and its own configuration. */
export function extension<T extends Any>(name: string, typed_config: T): Extension<T> {
  return { name, typed_config };
}

/** Protocol buffers write seconds, with three digits of a fraction or none (protojson). */
export function duration(text: string): Duration;
export function duration(text: string | undefined): Duration | undefined;
export function duration(text: string | undefined): Duration | undefined {
  if (text === undefined) return undefined;
  const ms = durationMs(text);
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}

/** 0 means unset in Istio's numbers, which have no other way to say so. */
export function positive(value: number | undefined): number | undefined {
  return value === undefined || value === 0 ? undefined : value;
}

/** Where Envoy gets a resource that another one names. */
export const ADS: ConfigSource = {
  ads: {},
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
};
