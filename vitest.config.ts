import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,run-service,functions,sandbox,operator}/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['firestore', 'validators', 'deployment'].map((folder) => `tests/${folder}/global-setup.ts`),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes in its own time on a machine that is busy; the default gives up after a second.
    expect: { poll: { timeout: 20_000 } },
    // Most scenarios wait more than they work, so no core is kept free for the reporter.
    maxWorkers: '100%',
  },
});
