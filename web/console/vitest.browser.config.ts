import { defineConfig } from 'vitest/config';

// Stories in a real browser, against the mock server or, with PARCOURS_URL, a real one.
export default defineConfig({
  test: {
    include: ['tests/*.story.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
