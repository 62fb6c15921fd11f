/** What of an experiment is to be found in what its pods are told. */
import {
  CLIENT,
  LOAD_MODES,
  type LoadMode,
  LOADS,
  medianOf,
  parseDuration,
  parseLaw,
  SERVER,
} from '../../apps/contract.ts';
import { LabError } from '../../errors/labError.ts';
import { formatDuration } from '../../istio/duration.ts';
import type { Mesh, Pod } from './model.ts';

/**
 * How the clients send; undefined where nobody does.
 *
 * @throws LabError where some send in batches and others do not: no batch is then the run's
 */
export function loadModeOf({ pods }: Pick<Mesh, 'pods'>): LoadMode | undefined {
  const clients = pods.flatMap((pod) => {
    const mode = modeOf(pod);
    return mode === undefined ? [] : [{ pod, mode }];
  });
  const [first] = clients;
  const other = clients.find(
    ({ mode }) => first && LOADS[mode].inBatches !== LOADS[first.mode].inBatches,
  );
  if (first === undefined || other === undefined) return first?.mode;
  const name = ({ pod, mode }: typeof first): string =>
    `${pod.namespace}/${pod.workload} (${mode})`;
  throw new LabError(
    `${name(first)} sends in batches or not, and ${name(other)} the other way: they cannot be judged as ` +
      "one load. Give all of them one: --load 'batch(10, every=20s)'",
  );
}

/** Undefined for what does not send; the client itself refuses a mode that is none. */
function modeOf({ runs }: Pod): LoadMode | undefined {
  if (runs.app !== 'client') return undefined;
  return LOAD_MODES.find((mode) => mode === runs.env[CLIENT.mode]) ?? LOAD_MODES[0];
}

/** The time of the first server that has one, half of its answers being faster; undefined where none has. */
export function serviceTimeOf({ pods }: Pick<Mesh, 'pods'>, timeScale: number): string | undefined {
  for (const { runs } of pods) {
    if (runs.app !== 'server') continue;
    const law = parseLaw(runs.behaviour?.serviceTime ?? '');
    const shrunkMs = parseDuration(runs.env[SERVER.delay] ?? '');
    const ms =
      law !== undefined ? medianOf(law) : shrunkMs === undefined ? undefined : shrunkMs / timeScale;
    if (ms !== undefined) return formatDuration(ms);
  }
  return undefined;
}
