import { describe, expect, it } from 'vitest';
import { instantOf, msOf } from '../../domain/interval.ts';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import { judgeAttempt } from './plan-attempt.ts';

const NOW = Date.parse('2027-05-01T08:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const delivery = (part: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  ...{ id: '0000', webhookId: 'hook', type: 'booking.created', body: '{}', status: 'pending', attempts: 0, round: 0 },
  createdAt: instantOf(NOW),
  ...part,
});
const well = {};
const failing = (ms: number) => ({ failingSince: instantOf(NOW - ms) });

describe('an attempt', () => {
  it('that is answered with success ends the delivery, and clears a failing webhook', () => {
    expect(judgeAttempt(delivery(), well, { status: 200 }, NOW)).toEqual({
      delivery: { attempts: 1, status: 'delivered', lastStatus: 200, lastAttemptAt: instantOf(NOW) },
    });
    expect(judgeAttempt(delivery(), failing(DAY), { status: 204 }, NOW).webhook).toEqual({ failingSince: undefined });
  });

  it('that fails is followed by others for three days, ever more rarely, then by none', () => {
    const waits: number[] = [];
    let now = NOW;
    let current = delivery();
    for (;;) {
      const { nextAt, delivery: part } = judgeAttempt(current, well, { status: 500 }, now);
      current = { ...current, ...part } as WebhookDelivery;
      if (nextAt === undefined) break;
      waits.push((nextAt - now) / 1000);
      now = nextAt;
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(current).toMatchObject({
      status: 'failed',
      attempts: 10,
      reason: 'the receiver answered 500, as in all of 10 attempts',
    });
    expect(current).toMatchObject({ sweepAt: undefined, nextAttemptAt: undefined });
  });

  it.each([301, 400, 401, 404, 429, 503])('answered %i has failed', (status) => {
    expect(judgeAttempt(delivery(), well, { status }, NOW).nextAt).toBe(NOW + 5_000);
  });

  it('waits as long as its receiver says, a day at most, and never less than it would', () => {
    const waits = (retryAfterMs: number) =>
      (judgeAttempt(delivery(), well, { status: 429, retryAfterMs }, NOW).nextAt ?? 0) - NOW;
    expect([waits(HOUR), waits(1), waits(9 * DAY)]).toEqual([HOUR, 5_000, DAY]);
  });

  it('is spread by up to a tenth, by its id', () => {
    const next = (id: string) =>
      (judgeAttempt(delivery({ id, attempts: 1 }), well, { status: 500 }, NOW).nextAt ?? 0) - NOW;
    expect(next('vvvv')).toBeGreaterThan(329_000);
    expect(next('vvvv')).toBeLessThan(330_001);
    expect(next('g000')).toBe(315_000);
  });

  it('is left to its task for two minutes, then to the sweep', () => {
    const { delivery: part } = judgeAttempt(delivery(), well, { status: 500 }, NOW);
    expect(msOf(part.sweepAt ?? '') - msOf(part.nextAttemptAt ?? '')).toBe(120_000);
  });

  it('remembers since when nothing succeeds, once', () => {
    expect(judgeAttempt(delivery(), well, { reason: 'no answer' }, NOW).webhook).toEqual({
      failingSince: instantOf(NOW),
    });
    expect(judgeAttempt(delivery(), failing(DAY), { reason: 'no answer' }, NOW).webhook).toBeUndefined();
  });

  it.each([
    ['answered 410', well, { status: 410 }, 'its receiver answered 410: it wants no more notifications'],
    [
      'after five days without a success',
      failing(5 * DAY),
      { status: 500 },
      'no delivery has succeeded since 2027-04-26T08:00:00Z',
    ],
    ['within five days', failing(5 * DAY - 1000), { status: 500 }, undefined],
    ['that succeeds after five days', failing(5 * DAY), { status: 200 }, undefined],
  ])('%s disables the webhook or not', (_, webhook, outcome, disable) => {
    expect(judgeAttempt(delivery(), webhook, outcome, NOW).disable).toBe(disable);
  });
});
