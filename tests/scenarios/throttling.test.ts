import type { Fault } from '@dovetail/sandbox/faults.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EDITS, expectArrival, expectFortyAdopted } from './checklist-edits.ts';
import { Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

const ON_GOOGLE: readonly { answer: string; fault: Omit<Fault, 'target'> }[] = [
  { answer: '503', fault: { status: 503 } },
  { answer: '429', fault: { status: 429 } },
  { answer: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 20 } },
  { answer: '403 rateLimitExceeded', fault: { status: 403, reason: 'rateLimitExceeded' } },
  { answer: '403 userRateLimitExceeded', fault: { status: 403, reason: 'userRateLimitExceeded' } },
  { answer: '403 quotaExceeded', fault: { status: 403, reason: 'quotaExceeded' } },
];

const HOURS = [13, 14, 15, 16, 17, 18, 19, 20] as const;

const ON_USCHEDULE: readonly { answer: string; fault: Omit<Fault, 'target'> }[] = [
  { answer: '503', fault: { status: 503 } },
  { answer: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 20 } },
];

describe.each(ON_GOOGLE)('while Google answers three requests with $answer', ({ fault }) => {
  const trouble = { after: () => loft.studio.faults.add({ target: 'google', times: 3, ...fault }), settlesWithin: 120 };

  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });

  it('a calendar with forty bookings is bound whole', async () => {
    await expectFortyAdopted(loft, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });
});

describe.each(ON_USCHEDULE)('while USchedule answers three requests with $answer', ({ fault }) => {
  const trouble = {
    after: () => loft.studio.faults.add({ target: 'uschedule', times: 3, ...fault }),
    settlesWithin: 120,
  };

  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });

  it('a calendar with forty bookings is bound whole', async () => {
    await expectFortyAdopted(loft, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });
});

describe('a quota that stays short', () => {
  const shortage = { target: 'google', status: 403, reason: 'quotaExceeded' } as const;

  it('loses none of the bookings made meanwhile', async () => {
    loft.studio.faults.add(shortage);
    for (const hour of HOURS) await loft.book(1, hour, `Lesson at ${hour}`);
    await loft.settle(120);
    expect(loft.events(1)).toEqual([]);
    loft.studio.faults.clear();
    await loft.settle(180);
    expect(loft.events(1)).toHaveLength(HOURS.length);
    await loft.expectAgreement();
  });

  it('longer than a task is repeated for is outlasted all the same, and nothing of it is given up', async () => {
    for (const hour of HOURS) await loft.book(1, hour, `Lesson at ${hour}`);
    await loft.settle();
    loft.studio.faults.add({ ...shortage, match: 'PATCH /calendar/v3/' });
    for (const { id } of loft.studio.uschedule.appointments()) await loft.change(id, { title: 'Fitting' });
    await loft.settle(3600);
    loft.studio.faults.clear();
    await loft.settle(3600);
    expect(loft.events(1).map(({ summary }) => summary)).toEqual(HOURS.map(() => 'Fitting'));
    expect((await loft.deadLetters()).items).toEqual([]);
    await loft.expectAgreement();
  });

  it('slows the calls down instead of repeating them at once', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ ...shortage, match: 'PATCH /calendar/v3/' });
    loft.studio.google.resetRequestCounts();
    await loft.change(id, { title: 'Fitting' });
    await loft.settle(600);
    expect(loft.studio.google.requestCounts()['events.patch']).toBe(10);
  });

  it('is not tried again before the time that Google names', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ ...shortage, match: 'PATCH /calendar/v3/', retryAfterSeconds: 1800, times: 1 });
    loft.studio.google.resetRequestCounts();
    await loft.change(id, { title: 'Fitting' });
    await loft.settle(1700);
    expect(loft.studio.google.requestCounts()['events.patch']).toBe(1);
    await loft.settle(200);
    expect(loft.eventOf(id).event.summary).toBe('Fitting');
    await loft.expectAgreement();
  });
});
