import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  DEFAULT_RETRY_CONFIG,
  NAME_REFUSED_MS,
  NameTombstones,
  nextAttemptAt,
  type RetryConfig,
  readRetryAfter,
  TASK_ID,
} from './delivery-rules.ts';

const NOW = Date.parse('2027-05-01T12:00:00Z');

function config(changes: Partial<RetryConfig>): RetryConfig {
  return { ...DEFAULT_RETRY_CONFIG, ...changes };
}

describe('backoff', () => {
  it('doubles, then grows in equal steps, then stays at its maximum, as in Google’s own example', () => {
    const rules = config({ minBackoffMs: 10_000, maxBackoffMs: 300_000, maxDoublings: 3 });
    const seconds = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => backoffMs(rules, failures) / 1_000);
    expect(seconds).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
  });

  it('grows in equal steps from the start without doublings', () => {
    const rules = config({ minBackoffMs: 1_000, maxBackoffMs: 3_500, maxDoublings: 0 });
    expect([1, 2, 3, 4].map((failures) => backoffMs(rules, failures))).toEqual([1_000, 2_000, 3_000, 3_500]);
  });

  it('stays at its maximum however often a task has failed', () => {
    expect(backoffMs(DEFAULT_RETRY_CONFIG, 1_000_000)).toBe(DEFAULT_RETRY_CONFIG.maxBackoffMs);
  });
});

describe('the next attempt', () => {
  const failed = { attempts: 1, firstAttemptAt: NOW, failedAt: NOW };

  it('comes after the backoff', () => {
    expect(nextAttemptAt(config({ minBackoffMs: 500 }), failed)).toBe(NOW + 500);
  });

  it('comes no sooner than the worker asked, and no sooner than the backoff', () => {
    const rules = config({ minBackoffMs: 500 });
    expect(nextAttemptAt(rules, { ...failed, retryAfterMs: 7_000 })).toBe(NOW + 7_000);
    expect(nextAttemptAt(rules, { ...failed, retryAfterMs: 100 })).toBe(NOW + 500);
  });

  it('never comes once the attempts are used up', () => {
    const rules = config({ maxAttempts: 3 });
    expect(nextAttemptAt(rules, { ...failed, attempts: 2 })).not.toBeNull();
    expect(nextAttemptAt(rules, { ...failed, attempts: 3 })).toBeNull();
  });

  it('always comes when attempts are unlimited', () => {
    expect(nextAttemptAt(config({ maxAttempts: -1 }), { ...failed, attempts: 10_000 })).not.toBeNull();
  });

  it.each([
    { maxAttempts: 3, attempts: 3, elapsed: 59_999, givenUp: false },
    { maxAttempts: 3, attempts: 2, elapsed: 60_000, givenUp: false },
    { maxAttempts: 3, attempts: 3, elapsed: 60_000, givenUp: true },
    { maxAttempts: -1, attempts: 99, elapsed: 59_999, givenUp: false },
    { maxAttempts: -1, attempts: 2, elapsed: 60_000, givenUp: true },
  ])(
    'with a duration is given up only when both limits are reached: %o',
    ({ maxAttempts, attempts, elapsed, givenUp }) => {
      const rules = config({ maxAttempts, maxRetryDurationMs: 60_000 });
      const next = nextAttemptAt(rules, { attempts, firstAttemptAt: NOW, failedAt: NOW + elapsed });
      expect(next === null).toBe(givenUp);
    },
  );
});

describe('Retry-After', () => {
  it('is seconds or a date', () => {
    expect(readRetryAfter('120', NOW)).toBe(120_000);
    expect(readRetryAfter('Sat, 01 May 2027 12:00:30 GMT', NOW)).toBe(30_000);
    expect(readRetryAfter('Sat, 01 May 2027 11:00:00 GMT', NOW)).toBe(0);
  });

  it('asks for nothing when it is missing or unreadable', () => {
    expect(readRetryAfter(undefined, NOW)).toBeUndefined();
    expect(readRetryAfter('soon', NOW)).toBeUndefined();
  });
});

describe('names', () => {
  it('are letters, digits, hyphens and underscores, 500 at most', () => {
    expect(['a', 'A-b_9', 'x'.repeat(500)].every((id) => TASK_ID.test(id))).toBe(true);
    expect(['', 'a.b', 'a/b', 'ä', 'x'.repeat(501), 'a\n'].some((id) => TASK_ID.test(id))).toBe(false);
  });

  it('are refused for hours after their task is gone, and not longer', () => {
    const tombstones = new NameTombstones();
    tombstones.bury('a', NOW);
    tombstones.bury('b', NOW + 1_000);
    expect(tombstones.refuses('a', NOW + NAME_REFUSED_MS - 1)).toBe(true);
    expect(tombstones.refuses('a', NOW + NAME_REFUSED_MS)).toBe(false);
    expect(tombstones.refuses('b', NOW + NAME_REFUSED_MS)).toBe(true);
    expect(tombstones.refuses('never there', NOW)).toBe(false);
  });

  it('stay refused when what is remembered is carried over', () => {
    const tombstones = new NameTombstones();
    tombstones.bury('a', NOW);
    expect(new NameTombstones(tombstones.entries()).refuses('a', NOW + 1_000)).toBe(true);
  });
});
