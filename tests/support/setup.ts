/** Runs before each file of tests: what a module registers that files share, it registers for one of them alone. */
import { afterAll, afterEach } from 'vitest';
import { endFile, endTest } from './cleanUps.ts';

afterEach(endTest);
afterAll(endFile);
