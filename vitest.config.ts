import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Bounds for what hangs, not measures: two busy cores are slow.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Two cores are the smallest machine this must pass on.
    maxWorkers: 2,
  },
});
