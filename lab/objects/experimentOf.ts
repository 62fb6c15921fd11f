/** The experiment of some objects: what they carry themselves, and what is said of it beside them. */
import { SERVER, SERVER_DEFAULTS } from '../../apps/contract.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import { digestOf } from '../../experiment/digest.ts';
import {
  type Experiment,
  experiment as experimentSchema,
  EXPERIMENT_CONFIG_MAP,
  EXPERIMENT_ENTRY,
  type ExperimentInRecord,
  experimentInRecord,
} from '../../experiment/experiment.ts';
import { DURATION_HINT, parseDuration } from '../../istio/duration.ts';
import type { Said } from './experimentFile.ts';
import type { KubernetesObject } from './object.ts';

export interface Described {
  readonly experiment: Experiment;
  /** Whether somebody has said what the service time is; else it is that of the servers' image. */
  readonly knowsServiceTime: boolean;
  /** SHA-256 of the objects and of what is said beside them, whatever their order. */
  readonly digest: string;
  /** What of a load tool's command line is not done. */
  readonly notDone: readonly string[];
}

/**
 * @param name of the experiment, where the objects carry none
 * @throws LabError for a record of an experiment that is none
 */
export function describe(
  objects: readonly KubernetesObject[],
  name: string,
  said: Said | undefined,
): Described {
  const carried = carriedBy(objects);
  const found = carried?.serviceTime ?? serviceTimeIn(objects);
  const serviceTime = said?.serviceTime ?? found;
  const { load, ...others } = said ?? {};
  const experiment = experimentSchema.parse({
    ...(carried ?? { stack: name }),
    ...others,
    serviceTime: serviceTime ?? SERVER_DEFAULTS.delay,
    ...(load && { clientLoad: load.load }),
    ...(others.behaviour && { behaviour: { ...carried?.behaviour, ...others.behaviour } }),
  });
  return {
    experiment,
    knowsServiceTime: serviceTime !== undefined,
    digest: digestOf(said === undefined ? objects : withRecord(objects, experiment)),
    notDone: load?.said ?? [],
  };
}

/** As if the objects had carried it; how it is called changes nothing. */
function withRecord(
  objects: readonly KubernetesObject[],
  experiment: Experiment,
): KubernetesObject[] {
  const record: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: EXPERIMENT_CONFIG_MAP },
    data: { [EXPERIMENT_ENTRY]: JSON.stringify({ ...experiment, stack: '' }) },
  };
  return [...objects.filter((object) => !isRecord(object)), record];
}

function isRecord({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata.name === EXPERIMENT_CONFIG_MAP;
}

function carriedBy(objects: readonly KubernetesObject[]): ExperimentInRecord | undefined {
  const record = objects.find(isRecord);
  const entry = (record?.['data'] as Record<string, string> | undefined)?.[EXPERIMENT_ENTRY];
  if (entry === undefined) return undefined;
  const where = `ConfigMap ${EXPERIMENT_CONFIG_MAP}, ${EXPERIMENT_ENTRY}`;
  let data: unknown;
  try {
    data = JSON.parse(entry);
  } catch (error) {
    throw new LabError(`${where}: is not JSON: ${(error as Error).message}`);
  }
  const result = experimentInRecord.safeParse(data);
  if (result.success) return result.data;
  throw new LabError(`${where}: ${problems(result.error, data, experimentInRecord).join('; ')}`);
}

/** The service time of the first server that says one. */
function serviceTimeIn(objects: readonly KubernetesObject[]): string | undefined {
  const found = settingIn(objects, SERVER.delay);
  if (found === undefined || parseDuration(found) !== undefined) return found;
  throw new LabError(
    `environment variable ${SERVER.delay} is '${found}': must be ${DURATION_HINT}`,
  );
}

/** The first value of an environment variable, wherever in an object its container stands. */
function settingIn(value: unknown, variable: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  if (name === variable && typeof text === 'string') return text;
  for (const child of Object.values(value)) {
    const found = settingIn(child, variable);
    if (found !== undefined) return found;
  }
  return undefined;
}
