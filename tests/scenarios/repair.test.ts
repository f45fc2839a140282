import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EDITS, expectArrival } from './checklist-edits.ts';
import { Loft } from './loft.ts';

const DAY = 86_400;
/** gRPC's INTERNAL: the client does not repeat the call. */
const INTERNAL = 13;

let loft: Loft;

afterEach(async () => {
  await loft.close();
});

describe('when tasks cannot be enqueued for a moment', () => {
  beforeEach(async () => {
    loft = await Loft.open();
  });

  it.each(EDITS)('$edit arrives once', async (edit) => {
    const before = () => loft.studio.tasks.failCreates(4, { code: INTERNAL });
    await expectArrival(loft, edit, { before, settlesWithin: 1200 });
  });

  it('the sweep takes up the change that was committed and not driven on', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.uschedule.holdWebhooks();
    await loft.change(id, { title: 'Fitting' });
    await loseNextReconcile();
    await loft.settle(60);
    expect(loft.eventOf(id).event.summary).toBe('Lesson');
    await loft.settle(240);
    expect(loft.eventOf(id).event.summary).toBe('Fitting');
    expect(loft.log.of('marks.swept')).toHaveLength(1);
    await loft.expectAgreement();
  });

  /** The webhook's own task is enqueued, the one that follows it is not. */
  async function loseNextReconcile(): Promise<void> {
    await loft.studio.uschedule.releaseWebhooks();
    loft.studio.tasks.failCreates(1, { code: INTERNAL });
  }
});

describe('a deletion that the calendar forbids for good', () => {
  const forbidden = { target: 'google', match: 'DELETE /calendar/v3/', status: 403, reason: 'forbidden' } as const;
  /** Two weeks take a few seconds this way. */
  const crons = {
    sweep: '0 * * * *',
    'poll-bookings': '10 * * * *',
    'poll-feeds': '0 0 * * *',
    'safety-pull': '20 * * * *',
  };

  async function cancelForbidden(): Promise<string> {
    loft = await Loft.open({ crons });
    const { id } = await loft.book(1, 15, 'Lesson', '2027-06-25');
    await loft.settle();
    loft.studio.faults.add(forbidden);
    await loft.cancel(id);
    await loft.settle();
    return id;
  }

  it('is told to staff once and not tried again in the two weeks that follow', async () => {
    await cancelForbidden();
    expect(loft.studio.google.requestCounts()['events.delete']).toBe(1);
    loft.studio.google.resetRequestCounts();
    await loft.settle(14 * DAY);
    expect(loft.studio.google.requestCounts()['events.delete']).toBeUndefined();
    expect(loft.alerts()).toMatchObject([{ action: 'dead-letter.kept', reason: 'forbidden', binding: 'bay-1-google' }]);
    expect((await loft.deadLetters()).items).toMatchObject([{ queue: 'reconcile-event', reason: 'forbidden' }]);
  });

  it('is done once it is allowed and staff replay it', async () => {
    const id = await cancelForbidden();
    loft.studio.faults.clear();
    await loft.settle(DAY);
    expect(loft.managed(id)).toHaveLength(1);
    const [letter] = (await loft.deadLetters()).items;
    await loft.api('POST', `/v1/dead-letters/${letter?.id}:replay`);
    await loft.settle();
    expect(loft.managed(id)).toEqual([]);
    expect((await loft.deadLetters()).items).toEqual([]);
    await loft.expectAgreement();
  });

  it('does not keep other bookings from arriving', async () => {
    await cancelForbidden();
    const { id } = await loft.book(1, 17);
    await loft.settle();
    expect(loft.managed(id)).toHaveLength(1);
  });
});

describe('the sweep', () => {
  it('has nothing left to do an hour after the last edit', async () => {
    loft = await Loft.open();
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.tasks.failCreates(3, { code: INTERNAL });
    await loft.moveOnCalendar(id, 18);
    await loft.settle(3600);
    loft.log.clear();
    await loft.settle(3600);
    expect(loft.log.of('marks.swept')).toEqual([]);
    await loft.expectAgreement();
  });
});
