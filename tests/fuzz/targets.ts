import type { Target } from './target.ts';

/** Every target, loaded by the thread that plays it. */
export const TARGETS = {
  ics: async () => (await import('./targets/ics.ts')).ics as Target,
  corpus: async () => (await import('./targets/corpus.ts')).corpus as Target,
  feeds: async () => (await import('./targets/feeds.ts')).feeds as Target,
  webhooks: async () => (await import('./targets/webhooks.ts')).webhooks as Target,
  pushes: async () => (await import('./targets/pushes.ts')).pushes as Target,
  api: async () => (await import('./targets/api.ts')).api as Target,
  addresses: async () => (await import('./targets/addresses.ts')).addresses as Target,
} as const;

export type TargetName = keyof typeof TARGETS;

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];
