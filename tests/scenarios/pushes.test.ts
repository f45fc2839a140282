import type { Channel } from '@dovetail/sandbox/google/channel.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EDITS, expectArrival } from './checklist-edits.ts';
import { calendarId, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

const QUARTER_HOUR = 900;

describe.each([
  { what: 'not delivered', mode: { mode: 'drop' }, settlesWithin: QUARTER_HOUR + 60 },
  { what: 'delivered twice', mode: { mode: 'duplicate' }, settlesWithin: 60 },
  { what: 'delivered five minutes late', mode: { mode: 'delay', ms: 300_000 }, settlesWithin: 420 },
] as const)('when pushes are $what', ({ mode, settlesWithin }) => {
  it.each(EDITS)('$edit arrives once', async (edit) => {
    await expectArrival(loft, edit, { before: () => loft.studio.google.setPushMode(mode), settlesWithin });
  });
});

describe('a push', () => {
  it('that comes while the calendar is being read leads to another read', async () => {
    const [first, second, third] = [await loft.book(1, 15), await loft.book(1, 17), await loft.book(1, 19)];
    await loft.settle();
    // A full read looks up events that are not listed one by one; the second edit is made in the middle of that.
    loft.studio.google.expireSyncTokens();
    await loft.deleteOnCalendar(third.id);
    await loft.edit(first.id, { summary: 'Edited before the read' });
    loft.studio.faults.add({ target: 'google', match: `GET ${eventsPath(1)}/`, latencyMs: 800, times: 1 });
    const edited = loft.settle(2);
    await vi.waitUntil(() => loft.studio.faults.met > 0, { interval: 5, timeout: 10_000 });
    await loft.edit(second.id, { summary: 'Edited during the read' });
    await edited;
    await loft.settle(30);
    expect((await loft.appointment(first.id)).title).toBe('Edited before the read');
    expect((await loft.appointment(second.id)).title).toBe('Edited during the read');
    expect((await loft.appointment(third.id)).status).toBe('cancelled');
    await loft.expectAgreement();
  });

  it('that is repeated two hundred times in a second leads to two reads at most', async () => {
    const { id } = await loft.book(1, 15);
    await loft.settle();
    const channel = channelOf(1);
    loft.studio.google.resetRequestCounts();
    const before = Math.floor(loft.studio.clock.now() / 1000);
    const statuses = await Promise.all(Array.from({ length: 200 }, () => push(channel)));
    const seconds = 1 + Math.floor(loft.studio.clock.now() / 1000) - before;
    await loft.settle();
    expect(new Set(statuses)).toEqual(new Set([204]));
    // On a slow machine the two hundred take longer than a second.
    expect(loft.studio.google.requestCounts()['events.list']).toBeLessThanOrEqual(Math.max(2, seconds));
    await loft.moveOnCalendar(id, 18);
    await Promise.all(Array.from({ length: 20 }, () => push(channel)));
    await loft.settle();
    expect(await loft.appointment(id)).toMatchObject({ start: '2027-06-07T14:00:00-04:00', version: 2 });
    await loft.expectAgreement();
  });

  it('of a channel that was replaced is answered, ignored and counted in one line', async () => {
    const retired = channelOf(1);
    await loft.api('POST', '/v1/bindings/bay-1-google:pause');
    await loft.api('POST', '/v1/bindings/bay-1-google:resume');
    await loft.settle();
    expect(channelOf(1).id).not.toBe(retired.id);
    loft.log.clear();
    loft.studio.google.resetRequestCounts();
    expect(await push(retired)).toBe(204);
    await loft.settle();
    expect(loft.log.of('push.retired-channel')).toMatchObject([{ severity: 'WARNING', channel: retired.id }]);
    expect(linesBesideTasks()).toHaveLength(1);
    expect(loft.studio.google.requestCounts()).toEqual({});
  });

  it('of a calendar that is not bound any more is answered and ignored', async () => {
    const stopped = channelOf(1);
    await loft.api('DELETE', '/v1/bindings/bay-1-google?events=keep');
    await loft.settle();
    loft.log.clear();
    loft.studio.google.resetRequestCounts();
    expect(await push(stopped)).toBe(204);
    await loft.settle();
    expect(linesBesideTasks()).toHaveLength(1);
    expect(loft.studio.google.requestCounts()).toEqual({});
  });

  it.each([
    ['of an unknown channel', { id: 'a-channel-of-nobody' }],
    ['with a forged token', { token: 'loft.bay-1-google.Zm9yZ2Vk' }],
    ['without a token', { token: undefined }],
  ])('%s is answered, ignored and counted in one line', async (_, change) => {
    loft.log.clear();
    loft.studio.google.resetRequestCounts();
    expect(await push({ ...channelOf(1), ...change })).toBe(204);
    await loft.settle();
    expect(loft.log.of('push.ignored')).toHaveLength(1);
    expect(loft.log.lines).toHaveLength(1);
    expect(loft.studio.google.requestCounts()).toEqual({});
  });
});

/** What was logged, but for the line that every task leaves. */
function linesBesideTasks() {
  return loft.log.lines.filter(({ action }) => action !== 'task.done');
}

/** Sends what Google sends when something changed. Answers with the status. */
async function push(channel: Pick<Channel, 'id' | 'resourceId' | 'token'>): Promise<number> {
  const response = await fetch(`${loft.studio.url}/webhook/gcal`, {
    method: 'POST',
    headers: {
      'x-goog-channel-id': channel.id,
      'x-goog-resource-id': channel.resourceId,
      'x-goog-resource-state': 'exists',
      'x-goog-message-number': '8',
      ...(channel.token !== undefined && { 'x-goog-channel-token': channel.token }),
    },
  });
  await response.arrayBuffer();
  return response.status;
}

/** The one live channel on a bay's calendar. */
function channelOf(bay: 1 | 2): Channel {
  const found = loft.studio.google.channels().filter((channel) => channel.calendarId === calendarId(bay));
  expect(found).toHaveLength(1);
  return found[0] as Channel;
}

function eventsPath(bay: 1 | 2): string {
  return `/calendar/v3/calendars/${encodeURIComponent(calendarId(bay))}/events`;
}
