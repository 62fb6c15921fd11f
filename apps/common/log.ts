/** Lines on stdout. On Linux a write to a pipe or a file is done when it returns. */

/** Writes whole lines in one system call, so that lines of several writers never mix. */
export function writeLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** One record as one line of JSON; members that are undefined are left out. */
export function writeJson(record: Record<string, unknown>): void {
  writeLines([JSON.stringify(record)]);
}
