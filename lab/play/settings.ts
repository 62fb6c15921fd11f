/** What a person turns while the mesh runs: keys of a stack, and fields of one of them. */
import type { Key } from '../../config/keys.ts';
import { policyPathOf } from '../../config/policy.ts';
import type { Variation } from '../../config/vary.ts';
import { parseValue } from '../../config/parse.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import { outlierDetection } from '../../istio/destinationRule.ts';
import type { PolicyPath } from '../objects/policyField.ts';

export type SettingName =
  | 'maxConnections'
  | 'http1MaxPendingRequests'
  | 'http2MaxRequests'
  | 'maxRequestsPerConnection'
  | 'maxRetries'
  | `outlierDetection.${OutlierField}`
  | 'serverDelay'
  | 'load'
  | 'batchSize'
  | 'batchInterval'
  | 'workers'
  | 'requestInterval'
  | 'clientReplicas'
  | 'serverReplicas';

type OutlierField =
  | 'consecutive5xxErrors'
  | 'consecutiveGatewayErrors'
  | 'interval'
  | 'baseEjectionTime'
  | 'maxEjectionPercent'
  | 'minHealthPercent';

/** As texts, the way a stack's file has them; empty for unset. */
export type Values = Readonly<Record<SettingName, string>>;

export type Group = 'limits' | 'outliers' | 'service' | 'load' | 'size';

export interface Setting {
  readonly name: SettingName;
  readonly group: Group;
  readonly form: 'number' | 'time' | 'choice';
  /** What is said beside it. */
  readonly note: string;
}

const outlier = (field: OutlierField, form: Setting['form'], note: string): Setting => ({
  ...{ name: `outlierDetection.${field}`, group: 'outliers', form, note },
});

/** In the order in which a page has them. */
export const SETTINGS: readonly Setting[] = [
  limit('maxConnections', 'connections of a proxy to a service'),
  limit('http1MaxPendingRequests', 'requests that may wait for a connection'),
  limit('http2MaxRequests', 'requests under way; of HTTP/1.1 as well'),
  limit('maxRequestsPerConnection', 'after which it is closed'),
  limit('maxRetries', 'retries under way'),
  outlier('consecutive5xxErrors', 'number', '5xx in a row eject; 0: never'),
  outlier('consecutiveGatewayErrors', 'number', '502, 503, 504 in a row; 0: never'),
  outlier('interval', 'time', 'between two looks at who may return'),
  outlier('baseEjectionTime', 'time', 'times the number of ejections so far'),
  outlier('maxEjectionPercent', 'number', 'of the endpoints, at the most; unset: 10'),
  outlier('minHealthPercent', 'number', 'below it the ejected are asked too'),
  { name: 'serverDelay', group: 'service', form: 'time', note: 'service time' },
  { name: 'load', group: 'load', form: 'choice', note: 'how every client sends' },
  { name: 'batchSize', group: 'load', form: 'number', note: 'batch: requests at once' },
  { name: 'batchInterval', group: 'load', form: 'time', note: 'batch: from one to the next' },
  { name: 'workers', group: 'load', form: 'number', note: 'closed: one request after the other' },
  { name: 'requestInterval', group: 'load', form: 'time', note: 'paced: a request each' },
  { name: 'clientReplicas', group: 'size', form: 'number', note: 'clients; starts the mesh anew' },
  { name: 'serverReplicas', group: 'size', form: 'number', note: 'servers; starts the mesh anew' },
];

function limit(name: SettingName, note: string): Setting {
  return { name, group: 'limits', form: 'number', note };
}

export const NAMES = SETTINGS.map(({ name }) => name) as [SettingName, ...SettingName[]];

/** Ways to send that go on without an end; a stack's own is offered beside them. */
export const ENDLESS_LOADS = ['batch', 'closed', 'paced'] as const;

/** The key that it is, or is a field of. */
export function variationOf(name: SettingName): Variation {
  const [key = '', ...path] = name.split('.');
  return { name, key: key as Key, path, values: [] };
}

/** Where it turns a traffic policy; undefined for what turns something else. */
export function policyOf(name: SettingName): PolicyPath | undefined {
  const { key, path } = variationOf(name);
  const above = policyPathOf(key);
  return above && ([...above, ...path] as unknown as PolicyPath);
}

/**
 * The values of a structured key's fields, over what the key has.
 *
 * @param whole the key's value as it is, in JSON
 */
export function withFields(whole: string, values: Values, key: Key): string {
  const fields = JSON.parse(whole) as Record<string, unknown>;
  for (const name of NAMES) {
    const { key: own, path } = variationOf(name);
    const [field] = path;
    if (own !== key || field === undefined) continue;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (values[name] === '') delete fields[field];
    else fields[field] = fieldValue(values[name]);
  }
  return JSON.stringify(fields);
}

/** Only numbers: `5s` is text in a structure too. */
export function fieldValue(text: string): string | number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** @throws LabError for a value that its key does not allow */
export function checkValues(values: Values, where: string): void {
  for (const name of NAMES) {
    const { key, path } = variationOf(name);
    if (path.length > 0) continue;
    parseValue(key, values[name], where, 'the value it had');
  }
  const fields: unknown = JSON.parse(withFields('{}', values, 'outlierDetection'));
  const { error } = outlierDetection.safeParse(fields);
  if (error === undefined) return;
  const [problem = ''] = problems(error, fields, outlierDetection);
  throw new LabError(`${where}: outlierDetection.${problem}`);
}

/** What differs, a sentence each: `maxConnections 5 → 2`. */
export function changesOf(from: Values, to: Values): string[] {
  const shown = (text: string): string => (text === '' ? 'unset' : text);
  return NAMES.flatMap((name) =>
    from[name] === to[name] ? [] : [`${name} ${shown(from[name])} → ${shown(to[name])}`],
  );
}
