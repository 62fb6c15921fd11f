/**
 * The simulator is many small functions, one room a file, that call each other for each event: V8 makes
 * one of them where it may, and by itself stops early. Of the whole process, which is seldom noticed: it
 * is for what runs hot.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
setFlagsFromString('--max-inlined-bytecode-size=2000');
