/** `npm run test:cli`: what a real Pulumi CLI makes of the program. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['tests/support/setup.ts'],
    include: ['tests/cli/**/*.test.ts'],
    globalSetup: ['tests/cli/requirements.ts'],
    testTimeout: 600_000,
    hookTimeout: 180_000,
    // Every one of them runs experiments, whose figures suffer when the machine is busy.
    fileParallelism: false,
  },
});
