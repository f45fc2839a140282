import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBookingApp } from './booking-app.ts';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

/** The single dead letter there is. */
async function onlyLetter() {
  const { items } = await loft.deadLetters();
  expect(items).toHaveLength(1);
  return items[0]!;
}

/** The Loft no longer calls anything by USchedule's id of bay 1, until `configure` is called. */
async function forgetBayOne(): Promise<{ configure(): Promise<void> }> {
  const { store, documents } = loft.studio.deps;
  const save = (resourceIds: Record<string, string>) =>
    documents.commit([store.bookingSystems.update('loft', 'uschedule', { resourceIds })]);
  await save({ '2': 'bay-2' });
  return { configure: () => save({ '1': 'bay-1', '2': 'bay-2' }) };
}

describe('a booking that names an unknown bay', () => {
  it('is kept as one dead letter, and staff are told once', async () => {
    await forgetBayOne();
    const { id } = await loft.book(1, 15, 'A secret title');
    await loft.settle(1800);
    expect(await onlyLetter()).toMatchObject({
      queue: 'accept-booking',
      reason: 'unknown_resource',
      detail: expect.stringContaining(id),
    });
    expect(loft.alerts()).toMatchObject([{ action: 'dead-letter.kept', reason: 'unknown_resource' }]);
    expect(loft.events(1)).toEqual([]);
    expect(JSON.stringify(await loft.deadLetters())).not.toContain('A secret title');
  });

  it('frees the time it held before, in the ledger and on the calendar', async () => {
    const { id } = await loft.book(2, 15);
    await loft.settle();
    await forgetBayOne();
    await loft.change(id, { resource_id: '1' });
    await loft.settle();
    expect(loft.events(2)).toEqual([]);
    expect((await loft.ledger(2)).items).toMatchObject([{ status: 'released' }]);
    expect((await onlyLetter()).reason).toBe('unknown_resource');
  });

  it('takes its place once the bay is known and staff replay it', async () => {
    const { id } = await loft.book(2, 15);
    await loft.settle();
    const { configure } = await forgetBayOne();
    await loft.change(id, { resource_id: '1' });
    await loft.settle();
    const letter = await onlyLetter();
    await loft.change(id, { title: 'Fitting' });
    await loft.settle();
    await configure();
    await loft.api('POST', `/v1/dead-letters/${letter.id}:replay`);
    await loft.settle();
    expect((await loft.deadLetters()).items).toEqual([]);
    expect(loft.eventOf(id)).toMatchObject({ bay: 1, event: { summary: 'Fitting' } });
    await loft.expectAgreement();
  });

  it('comes back as the same letter when it is replayed too early', async () => {
    await forgetBayOne();
    await loft.book(1, 15);
    await loft.settle();
    const letter = await onlyLetter();
    await loft.api('POST', `/v1/dead-letters/${letter.id}:replay`);
    await loft.settle();
    expect((await onlyLetter()).id).toBe(letter.id);
  });

  it('is kept whole when its system cannot be asked again, and takes its place once the bay exists', async () => {
    const app = await connectBookingApp(loft);
    const draft = { id: 'walk-in-1', bay: 3 as never, hour: 15, version: 1, title: 'A secret title' };
    expect((await app.send(draft)).status).toBe(422);
    await loft.settle();
    const letter = await onlyLetter();
    expect(JSON.stringify(letter)).not.toContain('A secret title');
    await loft.api('POST', '/v1/resources', {
      id: 'bay-3',
      name: 'Bay 3',
      kind: 'timed',
      timeZone: 'America/New_York',
    });
    await loft.api('POST', `/v1/dead-letters/${letter.id}:replay`);
    await loft.settle();
    const { items } = await loft.api<{ items: unknown[] }>(
      'GET',
      '/v1/resources/bay-3/events?from=2027-06-01T00:00:00Z&to=2027-07-01T00:00:00Z',
    );
    expect(items).toMatchObject([{ title: 'A secret title', start: at(15), status: 'active' }]);
  });
});

describe('a booking kept whole', () => {
  const walkIn = { id: 'walk-in-1', bay: 3 as never };

  /** Bay 3 becomes another name of bay 2. */
  async function nameBayThree(): Promise<void> {
    const { store, documents } = loft.studio.deps;
    await documents.commit([store.bookingSystems.update('loft', 'front-desk', { resourceIds: { 'bay-3': 'bay-2' } })]);
  }

  async function replay(): Promise<void> {
    await loft.api('POST', `/v1/dead-letters/${(await onlyLetter()).id}:replay`);
    await loft.settle();
  }

  it('takes its place once its system’s id of the bay is configured', async () => {
    const app = await connectBookingApp(loft);
    const { shown } = await app.send({ ...walkIn, hour: 15, version: 1 });
    await loft.settle();
    await nameBayThree();
    await replay();
    await loft.expectAgreement({ bookings: [{ ...shown, bay: 2 }] });
  });

  it('takes its place as it was last sent, in whatever order that came', async () => {
    const app = await connectBookingApp(loft);
    await app.send({ ...walkIn, hour: 15, version: 1 });
    await loft.settle();
    const { shown } = await app.send({ ...walkIn, hour: 19, version: 3 }, 'booking.updated');
    await loft.settle();
    await app.send({ ...walkIn, hour: 17, version: 2 }, 'booking.updated');
    await loft.settle();
    expect(loft.alerts()).toHaveLength(1);
    await nameBayThree();
    await replay();
    await loft.expectAgreement({ bookings: [{ ...shown, bay: 2 }] });
  });

  it('changes nothing when it is replayed after a later state of it has arrived', async () => {
    const app = await connectBookingApp(loft);
    await app.send({ ...walkIn, hour: 15, version: 1 });
    await loft.settle();
    await nameBayThree();
    const { shown } = await app.send({ ...walkIn, hour: 17, version: 2 }, 'booking.updated');
    await loft.settle();
    await replay();
    expect((await loft.deadLetters()).items).toEqual([]);
    await loft.expectAgreement({ bookings: [{ ...shown, bay: 2 }] });
  });
});

describe('an event the calendar refuses for good', () => {
  it('is given up as one dead letter, holds up nothing else, and goes through when staff replay it', async () => {
    loft.studio.faults.add({ target: 'google', match: 'POST /calendar/v3/', status: 400, reason: 'invalid' });
    const refused = await loft.book(1, 15);
    await loft.settle(3600);
    const letter = await onlyLetter();
    expect(letter).toMatchObject({ queue: 'reconcile-event', reason: 'invalid', bindingId: 'bay-1-google' });
    expect(loft.alerts()).toHaveLength(1);
    expect((await loft.audit(1)).map(({ type }) => type)).toEqual(['parked']);
    loft.studio.faults.clear();
    const other = await loft.book(1, 18);
    await loft.settle();
    expect(loft.eventOf(other.id).bay).toBe(1);
    await loft.api('POST', `/v1/dead-letters/${letter.id}:replay`);
    await loft.settle();
    expect(loft.eventOf(refused.id).bay).toBe(1);
    await loft.expectAgreement();
  });

  it('is not asked of it again every minute for weeks', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    loft.studio.faults.add({ target: 'google', match: 'DELETE /calendar/v3/', status: 403, reason: 'forbidden' });
    loft.studio.tasks.dropAnswers(1, 'reconcile-event');
    await loft.cancel(id);
    await loft.settle(6 * 3600);
    expect(loft.studio.google.requestCounts()['events.delete']).toBe(1);
    expect(loft.alerts()).toHaveLength(1);
    expect((await onlyLetter()).reason).toBe('forbidden');
  });
});
