import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // They want a Pulumi CLI (npm run test:cli) or a cluster (npm run test:cluster).
    exclude: ['tests/cli/**', 'tests/cluster/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Files that take long mostly wait, for servers that take their time and for processes to start.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
  },
});
