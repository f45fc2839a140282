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
  { answer: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 3 } },
  { answer: '403 rateLimitExceeded', fault: { status: 403, reason: 'rateLimitExceeded' } },
  { answer: '403 userRateLimitExceeded', fault: { status: 403, reason: 'userRateLimitExceeded' } },
  { answer: '403 quotaExceeded', fault: { status: 403, reason: 'quotaExceeded' } },
];

const ON_USCHEDULE: readonly { answer: string; fault: Omit<Fault, 'target'> }[] = [
  { answer: '503', fault: { status: 503 } },
  { answer: '429 with Retry-After', fault: { status: 429, retryAfterSeconds: 3 } },
];

describe.each(ON_GOOGLE)('while Google answers three requests with $answer', ({ fault }) => {
  const trouble = { after: () => loft.studio.faults.add({ target: 'google', times: 3, ...fault }) };

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
  const trouble = { after: () => loft.studio.faults.add({ target: 'uschedule', times: 3, ...fault }) };

  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });

  it('a calendar with forty bookings is bound whole', async () => {
    await expectFortyAdopted(loft, trouble);
    expect(loft.studio.faults.met).toBe(3);
  });
});
