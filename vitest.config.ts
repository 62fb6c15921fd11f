import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests of what computes and starts nothing: their files share what they have loaded, the stand-ins of
 * lab/objects/leanSdk.ts among it, so that nothing is here that needs a TypeScript compiler of its own.
 */
const COMPUTING = [
  ...['bench', 'components', 'config', 'envoy', 'errors', 'experiment', 'istio', 'policy'],
  ...['alerts', 'analysis', 'istiod', 'lint', 'mesh', 'predict', 'report', 'watch'].map(
    (room) => `lab/${room}`,
  ),
]
  .map((folder) => `tests/${folder}/**/*.test.ts`)
  // One of them looks at what is loaded.
  .concat('tests/lab/objects/!(leanSdk).test.ts');

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
    // What is waited for has limits of its own; a busy machine has the time that it takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Files that take long mostly wait, for servers that take their time and for processes to start.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      { extends: true, test: { name: 'computing', include: COMPUTING, isolate: false } },
      {
        extends: true,
        test: {
          name: 'running',
          include: ['tests/**/*.test.ts'],
          exclude: [
            ...[...configDefaults.exclude, ...COMPUTING, ...EXPERIMENTS],
            // They want a Pulumi CLI (npm run test:cli) or a cluster (npm run test:cluster).
            ...['tests/cli/**', 'tests/cluster/**'],
          ],
        },
      },
      { extends: true, test: { name: 'experiments', include: EXPERIMENTS } },
    ],
  },
});
