/** An experiment that can be turned: how its settings stand, and what it is with others. */
import type { Prepared } from '../watch/observe.ts';
import type { SettingName, Values } from './settings.ts';

export interface Turner {
  /** What it is called: the stack, the manifests. */
  readonly name: string;
  /** As they are given. */
  readonly values: Values;
  /** Why some of them cannot be turned. */
  readonly cannot: Readonly<Partial<Record<SettingName, string>>>;
  /** @throws LabError for a value that is not allowed, or a combination of them */
  prepared(values: Values): Promise<Prepared>;
  /** What gives the settings back, as text to copy. */
  copied(values: Values): string;
  /**
   * Keeps them as a stack.
   *
   * @returns the path of its file
   * @throws LabError for a name that is none, or is taken
   */
  save(name: string, values: Values): string;
}
