import type * as Http from 'node:http';

/** Node's own HTTP, when it is asked for; not imported, as eslint.config.js says why. */
export function http(): typeof Http {
  return process.getBuiltinModule('node:http');
}
