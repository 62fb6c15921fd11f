/** Lines on stdout. On Linux a write to a pipe or a file is done when it returns. */

let queued: string[] = [];

/**
 * Writes lines once this turn of the event loop is over, with whatever else was queued by then: one
 * system call for all of them. What is queued when the process exits is written then.
 */
export function queueLines(lines: readonly string[]): void {
  if (lines.length === 0) return;
  if (queued.length === 0) setImmediate(flush);
  queued.push(...lines);
}

function flush(): void {
  if (queued.length === 0) return;
  const lines = queued;
  queued = [];
  writeLines(lines);
}
process.on('exit', flush);

/** Writes whole lines in one system call, so that lines of several writers never mix. */
export function writeLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** One record as one line of JSON; members that are undefined are left out. */
export function writeJson(record: Record<string, unknown>): void {
  writeLines([JSON.stringify(record)]);
}
