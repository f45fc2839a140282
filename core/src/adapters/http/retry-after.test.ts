import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

describe('retryAfterMs', () => {
  it('reads seconds', () => {
    expect(retryAfterMs('7')).toBe(7_000);
  });

  it('reads a date to come', () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    expect(retryAfterMs(inAnHour)).toBeGreaterThan(3_590_000);
    expect(retryAfterMs(inAnHour)).toBeLessThanOrEqual(3_600_000);
  });

  it('waits no time for a date that is past', () => {
    expect(retryAfterMs('Wed, 01 Jan 2020 00:00:00 GMT')).toBe(0);
  });

  it('knows nothing when the header is missing or unreadable', () => {
    expect(retryAfterMs(null)).toBeUndefined();
    expect(retryAfterMs('soon')).toBeUndefined();
  });
});
