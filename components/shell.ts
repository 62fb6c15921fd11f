/** Words of a POSIX shell, in which a Command's words run. */
import { fileURLToPath } from 'node:url';

const LAB = fileURLToPath(new URL('../lab/main.js', import.meta.url));

/**
 * Runs `lab` of this package, whatever folder the program stands in. In place of the shell, so that
 * what ends the Command ends the run: Ctrl-C, or the CLI's end. `node` is the one that runs the
 * program: Pulumi takes it from PATH, too.
 */
export function labCommand(...args: readonly string[]): string {
  return ['exec node', ...[LAB, ...args].map(quoted)].join(' ');
}

/** A word that the shell takes as it is. */
export function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
