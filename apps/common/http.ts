import type * as Http from 'node:http';

/**
 * Node's own HTTP, when it is asked for. It is not imported: an import lists its names, and loads all
 * of fetch for one of them, which takes as long as the rest of a small program's start.
 */
export function http(): typeof Http {
  return process.getBuiltinModule('node:http');
}
