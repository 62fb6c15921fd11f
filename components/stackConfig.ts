import * as pulumi from '@pulumi/pulumi';
import { LabError } from '../errors/labError.ts';
import type { LabConfig } from '../config/keys.ts';
import { parseConfig, PROJECT } from '../config/parse.ts';

/**
 * The configuration of the stack that runs.
 *
 * @throws pulumi.RunError for what cannot be used; the CLI prints it without a stack trace
 */
export function stackConfig(stack: string): LabConfig {
  const prefix = `${PROJECT}:`;
  const own = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
  try {
    return parseConfig(Object.fromEntries(own), `Pulumi.${stack}.yaml`);
  } catch (error) {
    if (error instanceof LabError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
