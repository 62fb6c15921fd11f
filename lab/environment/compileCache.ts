/**
 * Where Node keeps what it has compiled, of the lab and of the apps that it starts: half of the time
 * that they take to start. A folder that cannot be written is none.
 */
import { join } from 'node:path';

export const COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/circuit-lab');
