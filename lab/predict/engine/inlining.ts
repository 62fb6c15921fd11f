/**
 * The simulator is many small functions, a room a file, that call each other at every event. V8 makes one
 * of them where it may, and stops early by itself: with more room it simulates a fifth more requests in
 * the same time (`npm run bench -- predict`). Whatever else runs in the process is compiled so, too.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
setFlagsFromString('--max-inlined-bytecode-size=2000');
