/**
 * Pulumi's SDK has the stack of each promise and resource as a text, for messages that no test is about.
 * Vitest looks up each line of such a text in source maps; most of what a program took under test was for these.
 */
const THEIRS = /\/@pulumi\/pulumi\/(runtime\/debuggable|resource)\.js$/;

const unwrapped = new WeakSet<object>();

/** Leaves those texts out, once where several files of tests share a process. */
export function leaveOutPromiseTraces(): void {
  const { prepareStackTrace } = Error;
  if (prepareStackTrace === undefined || unwrapped.has(prepareStackTrace)) return;
  const shorter: typeof prepareStackTrace = (error, sites) =>
    THEIRS.test(sites[0]?.getFileName() ?? '') ? '' : (prepareStackTrace(error, sites) as unknown);
  unwrapped.add(shorter);
  Error.prepareStackTrace = shorter;
}
