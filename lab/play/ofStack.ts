/** A stack that is turned: each setting is one of its keys. */
import type { Key } from '../../config/keys.ts';
import type { RawConfig } from '../../config/parse.ts';
import { readStack, withSettings } from '../../config/stackFiles.ts';
import { valueIn } from '../../config/vary.ts';
import { loadSource, PROJECT_ROOT } from '../objects/source.ts';
import { type Pace, preparedOf, type TakenAs } from '../watch/prepared.ts';
import { planOf } from '../mesh/plan.ts';
import type { SourceOptions } from '../objects/source.ts';
import { configLines, saveStack } from './giveBack.ts';
import { ofObjects } from './ofObjects.ts';
import {
  checkValues,
  NAMES,
  SETTINGS,
  type SettingName,
  type Values,
  variationOf,
  withFields,
} from './settings.ts';
import type { Turner } from './turner.ts';

export type PlayOptions = SourceOptions & TakenAs;

/** @throws LabError for a stack that is none, or cannot be used */
export async function ofStack(stack: string, options: PlayOptions, pace: Pace): Promise<Turner> {
  const file = readStack(PROJECT_ROOT, stack);
  const raw = withSettings(file, options.set ?? []);
  const source = await loadSource(stack, options);
  // Of somebody's own objects, that the stack names, its keys turn nothing.
  if ((raw['manifests'] ?? '') !== '') return ofObjects(source, options, pace);
  const values = valuesIn(raw);
  const { standalone } = planOf(preparedOf(source, options, pace).mesh);
  const isPolicy = (name: SettingName): boolean =>
    SETTINGS.some((one) => one.name === name && /limits|outliers/.test(one.group));
  return {
    name: stack,
    values,
    cannot:
      standalone.length === 0
        ? {}
        : Object.fromEntries(
            NAMES.filter(isPolicy).map((name) => [
              name,
              "this stack's Envoy has a configuration of its own: envoyCircuitBreakers",
            ]),
          ),
    async prepared(turned) {
      checkValues(turned, stack);
      const set = [...(options.set ?? []), ...settingsOf(raw, turned)];
      return preparedOf(await loadSource(stack, { ...options, set }), options, pace);
    },
    copied: (turned) => configLines(stack, file, turned).join('\n'),
    save: (name, turned) => saveStack(PROJECT_ROOT, { from: stack, name, file, values: turned }),
  };
}

/** As a configuration has them. */
export function valuesIn(raw: RawConfig): Values {
  return Object.fromEntries(
    NAMES.map((name) => [name, valueIn(raw, variationOf(name)) ?? '']),
  ) as Record<SettingName, string>;
}

/** The keys that differ, as `--set` takes them. */
export function settingsOf(raw: RawConfig, values: Values): string[] {
  return Object.entries(turnedKeys(raw, values)).map(([key, value]) => `${key}=${value}`);
}

/** The keys whose value differs, with what they are turned to. */
export function turnedKeys(raw: RawConfig, values: Values): Partial<Record<Key, string>> {
  const keys = new Set(NAMES.map((name) => variationOf(name).key));
  const own = valuesIn(raw);
  return Object.fromEntries(
    [...keys].flatMap((key): [Key, string][] => {
      const names = NAMES.filter((name) => variationOf(name).key === key);
      if (names.every((name) => own[name] === values[name])) return [];
      const [only = key as SettingName] = names;
      const isWhole = variationOf(only).path.length === 0;
      return [[key, isWhole ? values[only] : withFields(raw[key] ?? '{}', values, key)]];
    }),
  );
}
