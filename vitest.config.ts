import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,run-service,functions,sandbox,operator}/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['firestore', 'validators', 'deployment'].map((folder) => `tests/${folder}/global-setup.ts`),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most scenarios wait more than they work, so no core is kept free for the reporter.
    maxWorkers: '100%',
  },
});
