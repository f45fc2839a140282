import { describe, expect, it } from 'vitest';
import { DispatchRate } from './dispatch-rate.ts';

const NOW = Date.parse('2027-05-01T12:00:00Z');

function rate(maxDispatchesPerSecond: number, maxBurstSize: number): DispatchRate {
  return new DispatchRate({ maxDispatchesPerSecond, maxBurstSize, maxConcurrentDispatches: 1_000 }, NOW);
}

/** How many dispatches the rate allows from one instant to another, asking whenever it says there will be a token. */
function dispatchesBetween(bucket: DispatchRate, from: number, to: number): number {
  let count = 0;
  for (let now = from; now < to; now = bucket.nextAt(now)) while (bucket.take(now)) count++;
  return count;
}

describe('dispatch rate', () => {
  it('allows a burst, then its rate', () => {
    const bucket = rate(10, 5);
    expect(dispatchesBetween(bucket, NOW, NOW + 1)).toBe(5);
    expect(bucket.nextAt(NOW)).toBe(NOW + 100);
    expect(dispatchesBetween(bucket, NOW + 100, NOW + 1_100)).toBe(10);
  });

  it('saves no more than a burst while idle', () => {
    const bucket = rate(10, 5);
    expect(dispatchesBetween(bucket, NOW + 3_600_000, NOW + 3_600_001)).toBe(5);
  });

  it('works for less than one a second', () => {
    const bucket = rate(0.5, 1);
    expect(bucket.take(NOW)).toBe(true);
    expect(bucket.nextAt(NOW)).toBe(NOW + 2_000);
  });
});

describe('slowing down', () => {
  it('halves the rate with each second’s complaints, to a sixteenth', () => {
    const bucket = rate(320, 320);
    bucket.slowDown(NOW);
    bucket.slowDown(NOW + 500);
    expect(bucket.perSecond(NOW + 500)).toBe(160);
    for (let second = 1; second <= 8; second++) bucket.slowDown(NOW + second * 1_000);
    expect(bucket.perSecond(NOW + 8_000)).toBe(20);
  });

  it('leaves at least one a second, or the queue’s own rate', () => {
    const brisk = rate(4, 4);
    const slow = rate(0.5, 1);
    for (let second = 0; second < 8; second++) {
      brisk.slowDown(NOW + second * 1_000);
      slow.slowDown(NOW + second * 1_000);
    }
    expect(brisk.perSecond(NOW + 8_000)).toBe(1);
    expect(slow.perSecond(NOW + 8_000)).toBe(0.5);
  });

  it('takes effect on the burst too', () => {
    const bucket = rate(100, 100);
    bucket.slowDown(NOW);
    expect(dispatchesBetween(bucket, NOW, NOW + 1)).toBe(50);
  });

  it('ends step by step in calm', () => {
    const bucket = rate(100, 100);
    bucket.slowDown(NOW);
    bucket.slowDown(NOW + 1_000);
    expect(bucket.perSecond(NOW + 1_000)).toBe(25);
    expect(bucket.perSecond(NOW + 11_000)).toBe(50);
    expect(bucket.perSecond(NOW + 21_000)).toBe(100);
    expect(bucket.perSecond(NOW + 3_600_000)).toBe(100);
  });
});
