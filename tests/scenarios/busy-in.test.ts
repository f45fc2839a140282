import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUSY, blocks, change, expectBlocks, hour, LOBBY, openBusy, put, remove, turn } from './busy-calendar.ts';
import { bookTwo } from './lessons.ts';
import { at, type Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await openBusy();
});
afterEach(async () => {
  await loft.close();
});

describe("an event of a calendar's owner", () => {
  it("blocks the resource's time, and shows on its other calendars with its title and nothing more", async () => {
    await put(loft, { ...hour(15), description: 'bring the X-rays', location: '5th Avenue' });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16), 'Dentist']);
    const [copy] = loft.eventsOn(LOBBY);
    expect(copy).toMatchObject({ summary: 'Dentist', start: { dateTime: '2027-06-07T11:00:00-04:00' } });
    expect(JSON.stringify(copy)).not.toContain('X-rays');
  });

  it('moves, is renamed and goes with what its owner does', async () => {
    const id = await put(loft, hour(15));
    await loft.settle();
    await change(loft, id, { ...hour(18), summary: 'Surgery' });
    await loft.settle();
    await expectBlocks(loft, [at(18), at(19), 'Surgery']);
    await remove(loft, id);
    await loft.settle();
    await expectBlocks(loft);
    expect(loft.alerts()).toEqual([]);
  });

  it('blocks nothing while it is shown as free', async () => {
    const id = await put(loft, { ...hour(15), transparency: 'transparent' });
    await loft.settle();
    await expectBlocks(loft);
    await change(loft, id, { transparency: 'opaque' });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16)]);
    await change(loft, id, { transparency: 'transparent' });
    await loft.settle();
    await expectBlocks(loft);
  });

  it('blocks nothing once they declined it', async () => {
    const invited = (responseStatus: string) => ({ attendees: [{ email: BUSY, self: true, responseStatus }] });
    const id = await put(loft, { ...hour(15), ...invited('needsAction') });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16)]);
    await change(loft, id, invited('declined'));
    await loft.settle();
    await expectBlocks(loft);
  });

  it('blocks nothing when it has no length or is over', async () => {
    await put(loft, hour(15, undefined, 0));
    await put(loft, hour(15, '2027-05-28'));
    await loft.settle();
    await expectBlocks(loft);
  });

  it('keeps a title that is shown to nobody else', async () => {
    await put(loft, { ...hour(15), visibility: 'private' });
    await put(loft, { ...hour(17), summary: '' });
    await loft.settle();
    await expectBlocks(loft, [at(15), at(16), 'Busy'], [at(17), at(18), 'Busy']);
    expect(JSON.stringify(loft.eventsOn(LOBBY))).not.toContain('Dentist');
  });

  it('is explained by its calendar and the run that found it', async () => {
    await put(loft, hour(15));
    await loft.settle();
    const [block] = await blocks(loft);
    const why = await loft.api<{ runs: unknown[] }>('GET', `/v1/events/${block?.id}/why`);
    expect(why).toMatchObject({ holdsTime: true, source: { type: 'binding', id: 'bay-1-google', name: BUSY } });
    expect(why.runs[0]).toMatchObject({
      flow: 'pull-calendar',
      counts: { added: 1 },
      changes: [{ action: 'blocked' }],
    });
  });

  it('does not come back by itself once staff have released its time', async () => {
    const id = await put(loft, hour(15));
    await loft.settle();
    const [block] = await blocks(loft);
    await loft.api('POST', `/v1/events/${block?.id}:release`);
    await change(loft, id, { summary: 'Surgery' });
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    await expectBlocks(loft);
    await change(loft, id, hour(18));
    await loft.settle();
    await expectBlocks(loft, [at(18), at(19), 'Surgery']);
  });

  it('gives way to a booking without going, and is whole again when the booking goes', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    await put(loft, hour(14, undefined, 3));
    await loft.settle();
    await expectBlocks(loft, [at(14), at(17)]);
    await loft.cancel(id);
    await loft.settle();
    await expectBlocks(loft, [at(14), at(17)]);
  });
});

describe('the copy of a block on another calendar', () => {
  it('is put back when it is moved or deleted there, and staff see why', async () => {
    await put(loft, hour(15));
    await loft.settle();
    const copyId = () => loft.eventsOn(LOBBY)[0]?.id as string;
    await change(loft, copyId(), hour(18), LOBBY);
    await loft.settle();
    await remove(loft, copyId(), LOBBY);
    await loft.settle(60);
    await expectBlocks(loft, [at(15), at(16)]);
    expect((await loft.proposals()).items).toMatchObject([
      { reason: 'no_writable_source' },
      { reason: 'no_writable_source' },
    ]);
  });
});

describe('what we put on calendars ourselves', () => {
  beforeEach(async () => {
    await loft.api('PATCH', '/v1/bindings/lobby', { busyIn: true });
    await loft.settle();
  });

  it('is never taken for a block, however often both calendars are read whole', async () => {
    await bookTwo(loft);
    await put(loft, hour(20));
    await put(loft, hour(22), LOBBY);
    await loft.settle(60);
    const count = () => [loft.events(1).length, loft.eventsOn(LOBBY).length];
    expect(count()).toEqual([4, 4]);
    for (let round = 0; round < 3; round++) {
      loft.studio.google.expireSyncTokens();
      for (const id of ['bay-1-google', 'lobby']) await loft.api('POST', `/v1/bindings/${id}:audit`);
      await loft.settle(60);
    }
    expect(count()).toEqual([4, 4]);
    expect(await blocks(loft)).toHaveLength(2);
  });

  it('is not when somebody copies it, though the copy bear the mark of another configuration', async () => {
    await bookTwo(loft);
    const [event] = loft.events(1);
    const { start, end, summary, extendedProperties } = event ?? {};
    await put(loft, { start, end, summary, extendedProperties } as object, LOBBY);
    const mark = { dovetailSyncManaged: 'true', dovetailSyncEvent: 'elsewhere' };
    await put(loft, { ...hour(20), extendedProperties: { private: mark } });
    await loft.settle(60);
    expect(await blocks(loft)).toEqual([]);
  });

  it('is not when staff take our mark off it, or make it a series after that', async () => {
    await bookTwo(loft);
    const [event] = loft.events(1);
    const id = event?.id as string;
    await change(loft, id, { extendedProperties: { private: { loftSyncManaged: null } } } as object);
    await loft.settle();
    const zone = { timeZone: 'America/New_York' };
    await change(loft, id, {
      start: { ...event?.start, ...zone },
      end: { ...event?.end, ...zone },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    });
    await loft.settle();
    await change(loft, `${id}_20270608T150000Z`, { summary: 'Not a lesson' });
    await loft.settle();
    await loft.api('POST', '/v1/bindings/bay-1-google:audit');
    await loft.settle();
    expect(await blocks(loft)).toEqual([]);
  });
});

describe('whether a calendar blocks', () => {
  it('can be turned off, which frees what it held, and on again, which reads it whole', async () => {
    await put(loft, hour(15));
    await put(loft, hour(17));
    await loft.settle();
    await turn(loft, false);
    await expectBlocks(loft);
    await put(loft, hour(19));
    await loft.settle();
    await expectBlocks(loft);
    await turn(loft, true);
    await expectBlocks(loft, [at(15), at(16)], [at(17), at(18)], [at(19), at(20)]);
  });

  it('can be turned off while the binding is paused', async () => {
    await put(loft, hour(15));
    await loft.settle();
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await turn(loft, false);
    expect(await blocks(loft)).toEqual([]);
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle(60);
    await expectBlocks(loft);
  });

  it.each(['keep', 'remove'])(
    'ends with the binding, events=%s: nobody would hear of it when they go',
    async (events) => {
      await bookTwo(loft);
      await put(loft, hour(20));
      await loft.settle();
      await loft.api('DELETE', `/v1/bindings/bay-1-google?events=${events}`);
      await loft.settle(60);
      expect(await blocks(loft)).toEqual([]);
      expect(loft.events(1)).toHaveLength(events === 'keep' ? 3 : 1);
      expect(loft.eventsOn(LOBBY)).toHaveLength(2);
    },
  );

  it('is off unless it is asked for', async () => {
    await put(loft, hour(15), 'loft-bay-2@sandbox');
    await loft.settle();
    expect((await loft.ledger(2)).items).toEqual([]);
  });
});

it('shows no title of theirs where a binding shows busy times only', async () => {
  await loft.api('DELETE', '/v1/bindings/bay-1-google?events=remove');
  await loft.settle(60);
  await put(loft, hour(15));
  const binding = { id: 'bay-1-google', resourceId: 'bay-1', calendarId: BUSY, busyIn: true };
  await loft.api('POST', '/v1/bindings', { ...binding, visibility: 'busy-only' });
  await loft.settle(60);
  await expectBlocks(loft, [at(15), at(16), 'Busy']);
  expect(JSON.stringify(loft.eventsOn(LOBBY))).not.toContain('Dentist');
});
