/** `hey`, an HTTP load generator (github.com/rakyll/hey), which only `lab run --hey` needs. */
import { findOnPath } from './executables.ts';

export const HOW_TO_GET_HEY =
  'go install github.com/rakyll/hey@latest, and add the folder bin of `go env GOPATH` to PATH';

/** The path of the executable, or null if PATH has none. */
export function findHey(env?: NodeJS.ProcessEnv): Promise<string | null> {
  return findOnPath('hey', env);
}
