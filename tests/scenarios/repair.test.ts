import { mappingIdOf } from '@dovetail/core/domain/identity.ts';
import type { Mapping } from '@dovetail/core/domain/mapping.ts';
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
  /** Two weeks take a second this way. */
  const crons = {
    sweep: '0 */6 * * *',
    'safety-pull': '10 */6 * * *',
    'poll-bookings': '20 */6 * * *',
    'renew-channels': '30 */6 * * *',
    'poll-feeds': '0 0 * * *',
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
    expect(Object.keys(loft.studio.google.requestCounts()).sort()).toEqual([
      'channels.stop',
      'events.list',
      'events.watch',
    ]);
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
  beforeEach(async () => {
    loft = await Loft.open();
  });

  it('has nothing left to do an hour after the last edit', async () => {
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

  it('does not come back to the events of a paused calendar, which are driven when it is resumed', async () => {
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    const { id } = await loft.book(1, 15);
    await loft.settle(3600);
    expect(loft.log.of('marks.swept')).toEqual([]);
    expect(loft.managed(id)).toEqual([]);
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle();
    expect(loft.managed(id)).toHaveLength(1);
    await loft.expectAgreement();
  });

  it('comes upon the marks of a binding that is gone once, and ends them', async () => {
    const { documents, store } = loft.studio.deps;
    const left: Mapping = {
      ...{ id: mappingIdOf('event-1', 'a-binding-of-old'), eventId: 'event-1', bindingId: 'a-binding-of-old' },
      ...{ resourceId: 'bay-1', state: 'live', generation: 0, attempts: 0, end: '2027-06-07T16:00:00Z' },
      ...{ dirty: 'a mark that came late', sweepAt: '2027-06-01T12:00:00Z', updatedAt: '2027-06-01T12:00:00Z' },
    };
    await documents.commit([store.mappings.set('loft', left)]);
    await loft.settle(3600);
    expect(loft.log.of('marks.swept')).toMatchObject([{ count: 1 }]);
    expect(await store.mappings.get(documents, 'loft', left.id)).toBeNull();
    await loft.expectAgreement();
  });

  it('takes up each of many marks once, page by page, and ends', async () => {
    const { documents, store } = loft.studio.deps;
    const marks = Array.from({ length: 450 }, (_, index) => ({
      eventId: `event-${index}`,
      bindingId: 'bay-1-google',
      resourceId: 'bay-1',
      state: 'gone' as const,
      end: '2027-06-07T16:00:00Z',
      dirty: 'a commit whose tasks were lost',
      sweepAt: '2027-06-01T12:00:00Z',
    }));
    await documents.commit(
      marks.map((mark) => store.mappings.merge('loft', mappingIdOf(mark.eventId, mark.bindingId), mark)),
    );
    await loft.settle(600);
    expect(loft.log.of('marks.swept')).toMatchObject([{ count: marks.length }]);
    await loft.expectAgreement();
  });
});
