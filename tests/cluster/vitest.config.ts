/** `npm run test:cluster`: on the cluster of KUBECONFIG. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['tests/support/setup.ts'],
    include: ['tests/cluster/**/*.test.ts'],
    globalSetup: ['tests/cluster/setup.ts'],
    // One cluster, and small: what runs beside an experiment would disturb it.
    fileParallelism: false,
    // Longer than what is waited for in them, so that a wait in vain says itself what did not come.
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
