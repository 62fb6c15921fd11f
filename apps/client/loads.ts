/** The ways to send, a row each: what it is told, and what it does with that. */
import type { Env } from '../common/env.ts';
import { CLIENT, LOAD_MODES, type LoadMode } from '../contract.ts';
import { readBatches, runBatches } from './batch.ts';
import { readClosedLoop, runClosedLoop } from './closed.ts';
import { readPace, runPaced } from './paced.ts';
import { readPoisson, runPoisson } from './poisson.ts';
import { readReplay, runReplay } from './replay.ts';
import { readSteps, runSteps } from './steps.ts';
import type { Traffic } from './traffic.ts';

const WAYS: Readonly<Record<LoadMode, (env: Env) => Load>> = {
  batch: way(readBatches, runBatches),
  closed: way(readClosedLoop, runClosedLoop),
  paced: way(readPace, runPaced),
  poisson: way(readPoisson, runPoisson),
  steps: way(readSteps, runSteps),
  replay: way(readReplay, runReplay),
};

/** A load as it was asked for. */
export interface Load {
  /** What its mode is told, by its own variables. */
  readonly settings: object;
  /** Resolves when all was sent and answered, or it was told to stop. */
  readonly run: (traffic: Traffic) => Promise<void>;
}

/** @throws EnvError for a variable of the load that cannot be used */
export function readLoad(env: Env): Load {
  return WAYS[env.oneOf(CLIENT.mode, LOAD_MODES)](env);
}

function way<Settings extends object>(
  read: (env: Env) => Settings,
  run: (settings: Settings, traffic: Traffic) => Promise<void>,
): (env: Env) => Load {
  return (env) => {
    const settings = read(env);
    return { settings, run: (traffic) => run(settings, traffic) };
  };
}
