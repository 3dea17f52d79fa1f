import { defineConfig } from 'vitest/config';

// Stories in a real browser, against the mock server or, with PARCOURS_URL, a real one.
export default defineConfig({
  test: {
    include: ['tests/*.story.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 8_000 } },
  },
});
