/**
 * Pulumi's SDK has the stack of each promise and resource as a text, for messages that no test is about.
 * Vitest looks up each line of such a text in source maps; most of what a program took under test was for these.
 */
const THEIRS = /\/@pulumi\/pulumi\/(runtime\/debuggable|resource)\.js$/;

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

const shortened = new WeakSet<Prepare>();

/** Leaves those texts out, once where several files of tests share a process. */
export function leaveOutPromiseTraces(): void {
  const mapped = Reflect.get(Error, 'prepareStackTrace') as Prepare | undefined;
  if (mapped === undefined || shortened.has(mapped)) return;
  const shorter: Prepare = (error, sites) =>
    THEIRS.test(sites[0]?.getFileName() ?? '') ? '' : mapped(error, sites);
  shortened.add(shorter);
  Error.prepareStackTrace = shorter;
}
