import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,run-service,functions,sandbox}/src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
