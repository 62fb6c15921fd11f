/** Somebody's own objects that are turned: the policy of their rule, the load, the service time. */
import { CLIENT, CLIENT_DEFAULTS, LOADS, loadTraits } from '../../apps/contract.ts';
import { keys } from '../../config/keys.ts';
import { LabError } from '../../errors/labError.ts';
import { digestOf } from '../../experiment/digest.ts';
import { type Load, load as loadSchema } from '../../experiment/load.ts';
import { planOf } from '../mesh/plan.ts';
import { meantRule, policyField, withPolicyField } from '../objects/policyField.ts';
import type { Source } from '../objects/source.ts';
import { writeYaml } from '../objects/yaml.ts';
import { type Pace, preparedOf, type TakenAs } from '../watch/prepared.ts';
import {
  changesOf,
  checkValues,
  fieldValue,
  NAMES,
  policyOf,
  type SettingName,
  type Values,
  variationOf,
} from './settings.ts';
import type { Turner } from './turner.ts';

/** @throws LabError for objects that cannot be used */
export function ofObjects(source: Source, taken: TakenAs, pace: Pace): Turner {
  const values = valuesOf(source, taken);
  const cannot = whyNot(source);
  return {
    name: source.experiment.stack,
    values,
    cannot,
    prepared(turned) {
      checkValues(turned, source.experiment.stack);
      return Promise.resolve(preparedOf(turnedSource(source, values, turned), taken, pace));
    },
    copied: (turned) => copiedRule(source, cannot, turned),
    save(name) {
      throw new LabError(
        `'${name}' cannot be a stack: what was turned belongs to manifests. Copy the rule, and put it ` +
          'in the place of theirs',
      );
    },
  };
}

const OWN_SIZE = 'the manifests say how many there are';

function whyNot({ objects }: Source): Turner['cannot'] {
  const policies = NAMES.flatMap((name): [SettingName, string][] => {
    const path = policyOf(name);
    if (path === undefined) return [];
    try {
      meantRule(objects, path, name);
      return [];
    } catch (error) {
      if (error instanceof LabError) return [[name, error.message]];
      throw error;
    }
  });
  return {
    ...Object.fromEntries(policies),
    clientReplicas: OWN_SIZE,
    serverReplicas: OWN_SIZE,
  };
}

/** As the objects have them, with their own times. */
function valuesOf(source: Source, taken: TakenAs): Values {
  const { mesh, experiment } = preparedOf(source, taken, { batches: undefined, timeScale: 1 });
  const [client] = planOf(mesh).clients;
  const env = client?.env ?? {};
  const rules = source.objects.filter(({ kind }) => kind === 'DestinationRule');
  const mode = env[CLIENT.mode] ?? experiment.load;
  const others: Readonly<Partial<Record<SettingName, string>>> = {
    serverDelay: experiment.serviceTime,
    load: mode,
    batchSize: env[CLIENT.batchSize] ?? String(CLIENT_DEFAULTS.batchSize),
    batchInterval: (mode === 'batch' && env[CLIENT.interval]) || LOADS.batch.interval,
    workers: env[CLIENT.workers] ?? String(CLIENT_DEFAULTS.workers),
    requestInterval: (mode === 'paced' && env[CLIENT.interval]) || LOADS.paced.interval,
    clientReplicas: String(planOf(mesh).clients.length),
    serverReplicas: String(planOf(mesh).servers.length),
  };
  return Object.fromEntries(
    NAMES.map((name) => {
      const path = policyOf(name);
      const [rule] = rules;
      const found = path && rule ? policyField(rule, path) : undefined;
      const isLimit = path !== undefined && variationOf(name).path.length === 0;
      const text = found === undefined ? (isLimit ? '0' : '') : asText(found);
      return [name, others[name] ?? text];
    }),
  ) as Record<SettingName, string>;
}

function turnedSource(source: Source, from: Values, to: Values): Source {
  const said = changesOf(from, to);
  if (said.length === 0) return source;
  const changed = (name: SettingName): boolean => from[name] !== to[name];
  const { experiment } = source;
  const sends = ['load', 'batchSize', 'batchInterval', 'workers', 'requestInterval'] as const;
  return {
    ...source,
    objects: turnedObjects(source, NAMES.filter(changed), to),
    digest: digestOf([{ digest: source.digest, said }]),
    experiment: {
      ...experiment,
      ...(changed('serverDelay') && {
        serviceTime: to.serverDelay,
        behaviour: withTime(experiment.behaviour ?? {}, to.serverDelay),
      }),
      ...(sends.some(changed) && { clientLoad: loadOf(to) }),
    },
  };
}

function turnedObjects(
  { objects }: Source,
  names: readonly SettingName[],
  to: Values,
): Source['objects'] {
  return names.reduce<Source['objects']>((turned, name) => {
    const path = policyOf(name);
    return path === undefined ? turned : withPolicyField(turned, path, policyValue(name, to[name]));
  }, objects);
}

/** Of flat keys, 0 leaves the field unset; of a structure's fields, nothing does. */
function policyValue(name: SettingName, text: string): unknown {
  const { key, path } = variationOf(name);
  if (path.length > 0) return text === '' ? undefined : fieldValue(text);
  const value: unknown = keys[key].schema.parse(text);
  return value === 0 ? undefined : value;
}

type Behaviours = NonNullable<Source['experiment']['behaviour']>;

/** Of every workload: those that have a pattern of their own, too. */
function withTime(behaviours: Behaviours, serviceTime: string): Behaviours {
  const own = Object.entries(behaviours).map(([pattern, one]) => [
    pattern,
    { ...one, serviceTime },
  ]);
  return { '*': { serviceTime }, ...Object.fromEntries(own) } as Behaviours;
}

/** @throws LabError for a load that is turned and has no values here */
function loadOf(to: Values): Load {
  const fields: Readonly<Record<string, object>> = {
    batch: { size: Number(to.batchSize), every: to.batchInterval },
    closed: { workers: Number(to.workers) },
    paced: { every: to.requestInterval },
  };
  const own = fields[to.load];
  if (own === undefined || loadTraits(to.load) === undefined) {
    throw new LabError(`load '${to.load}' stays as it was given: choose batch, closed or paced`);
  }
  return loadSchema.parse({ mode: to.load, ...own });
}

/** The rule as it is turned, to be put in the place of theirs. */
function copiedRule(source: Source, cannot: Turner['cannot'], to: Values): string {
  const names = NAMES.filter((name) => policyOf(name) !== undefined && !(name in cannot));
  if (names.length === 0) return '# there is no one DestinationRule that could be copied';
  const rule = turnedObjects(source, names, to).find(({ kind }) => kind === 'DestinationRule');
  return rule === undefined ? '' : writeYaml(rule).trimEnd();
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
