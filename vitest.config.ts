import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests that need modules of their own: of what is loaded when, and with a TypeScript compiler, for which
 * lab/objects/leanSdk.ts has left a stand-in where the others share what they have loaded.
 */
const APART = ['tests/house/**/*.test.ts', 'tests/lab/objects/leanSdk.test.ts'];

/**
 * Tests of whole experiments with full times on real Envoys, and of their pages in a browser: minutes of
 * traffic, of which `npm run test:experiments` is made. What runs a single Envoy shortly is not among them.
 */
const EXPERIMENTS = [
  ...['book', 'browser', 'published', 'docs'].map((folder) => `tests/${folder}/**/*.test.ts`),
  ...['compare', 'lintShow', 'recommend', 'recover', 'runAll'].map(
    (one) => `tests/lab/commands/${one}.test.ts`,
  ),
  ...['alertsFire', 'chain', 'closing', 'egress', 'experiment', 'hey', 'stacks', 'tcp'].map(
    (one) => `tests/lab/local/${one}.test.ts`,
  ),
  'tests/lab/cluster/interrupt.test.ts',
];

export default defineConfig({
  test: {
    setupFiles: ['tests/support/setup.ts'],
    // What is waited for has limits of its own; a busy machine has the time that it takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Files that take long mostly wait, for servers that take their time and for processes to start.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['tests/**/*.test.ts'],
          exclude: [
            ...[...configDefaults.exclude, ...APART, ...EXPERIMENTS],
            // They want a Pulumi CLI (npm run test:cli) or a cluster (npm run test:cluster).
            ...['tests/cli/**', 'tests/cluster/**'],
          ],
          isolate: false,
          setupFiles: ['tests/support/leanSetup.ts'],
        },
      },
      { extends: true, test: { name: 'apart', include: APART } },
      { extends: true, test: { name: 'experiments', include: EXPERIMENTS } },
    ],
  },
});
