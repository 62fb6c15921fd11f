/** A client of the mesh as a process, that waits to be told when to begin. */
import { CLIENT } from '../../apps/contract.ts';
import { podId } from '../mesh/model.ts';
import type { PlannedClient } from '../mesh/plan.ts';
import { parseClientLine } from '../watch/clientLog.ts';
import { startApp } from './apps.ts';
import type { Child } from './children.ts';

export interface LocalClientOptions {
  /** How it reaches what it asks for. */
  readonly way: Readonly<Record<string, string>>;
  /** Further variables, over its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** @returns with `ready`, which resolves when it waits to be told, or has ended */
export function startLocalClient(
  { pod, env: own }: PlannedClient,
  { way, env, onLine }: LocalClientOptions,
): { readonly child: Child; readonly ready: Promise<unknown> } {
  const ready = Promise.withResolvers<string>();
  const { [CLIENT.healthPort]: _, ...kept } = own;
  const child = startApp('client', {
    name: `the client ${podId(pod)}`,
    env: {
      ...kept,
      ...way,
      ...env,
      [CLIENT.startAt]: 'stdin',
      [CLIENT.logFormat]: 'json',
      [CLIENT.clientName]: podId(pod),
      [CLIENT.exitWithParent]: '1',
    },
    onLine: (line) => {
      if (parseClientLine(line)?.event === 'ready') ready.resolve('ready');
      else onLine(line);
    },
  });
  return { child, ready: Promise.race([ready.promise, child.unexpectedEnd]) };
}
