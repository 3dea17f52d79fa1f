import { defineConfig } from 'vitest/config';

// Stories in a real browser against the real program, which PARCOURS_PROGRAM names.
export default defineConfig({
  test: {
    include: ['tests/program/*.story.ts'],
    environment: 'node',
    // Each file has a clinic of its own.
    maxWorkers: 2,
    minWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Other suites run beside this one.
    expect: { poll: { timeout: 20_000 } },
  },
});
