import { status as Code } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Casa, type ShownRun } from './casa.ts';

let casa: Casa;

/** Two platforms that sold Kaya for the same nights. */
const NIGHTS = { start: '2027-09-10', end: '2027-09-14' };
const AIRBNB_FIRST = { feeds: { airbnb: 1, vrbo: 2 } };
const VRBO_FIRST = { feeds: { airbnb: 2, vrbo: 1 } };

interface ShownConflict {
  readonly id: string;
  readonly status: string;
  readonly winnerEventId?: string;
  readonly resolvedBy?: string;
}

interface Explanation {
  readonly event: { readonly status: string };
  readonly overriddenBy?: string;
  readonly shownBy?: string;
  readonly conflicts: readonly ShownConflict[];
  readonly runs: readonly (ShownRun & { readonly flow: string })[];
}

beforeEach(async () => {
  casa = await Casa.open();
  await casa.api('PATCH', '/v1/tenant', { priorities: AIRBNB_FIRST });
  await sells('bnb', 'airbnb', { code: 'HMKAYA0007' });
  await sells('homes', 'vrbo');
});
afterEach(() => casa.close());

/** A feed of Kaya in which a platform shows a stay. */
async function sells(id: string, platform: 'airbnb' | 'vrbo', part: { code?: string } = {}): Promise<void> {
  await casa.shows(id, [{ uid: `${id}-1`, ...NIGHTS, ...part }], platform);
  const url = `${casa.loft.studio.sandboxUrl}/feeds/${id}.ics`;
  await casa.api('POST', '/v1/feeds', { id, resourceId: 'kaya', url, platform });
  await casa.loft.settle(5);
}

/** The id of the event that a feed's stay is. */
async function eventOf(feedId: string): Promise<string> {
  const found = (await casa.events('kaya')).filter(({ source }) => source.id === feedId);
  expect(found).toHaveLength(1);
  return found[0]!.id;
}

const why = (id: string) => casa.api<Explanation>('GET', `/v1/events/${id}/why`);

/** The one conflict of Kaya in those nights. */
async function conflict(): Promise<ShownConflict> {
  const path = '/v1/conflicts?resourceId=kaya';
  const { items } = await casa.api<{ items: readonly (ShownConflict & typeof NIGHTS)[] }>('GET', path);
  const found = items.filter(({ start }) => start === NIGHTS.start);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Airbnb's stay and VRBO's contend for their nights, and one goes before the other. */
async function expectWinner(winner: 'bnb' | 'homes', resolvedBy = 'priority'): Promise<void> {
  const ids = { bnb: await eventOf('bnb'), homes: await eventOf('homes') };
  const loser = winner === 'bnb' ? 'homes' : 'bnb';
  const decided = { status: 'resolved', resolvedBy, winnerEventId: ids[winner] };
  expect(await conflict()).toMatchObject(decided);
  expect(await why(ids[winner])).toMatchObject({ event: { status: 'active' }, conflicts: [decided] });
  expect(await why(ids[winner])).not.toHaveProperty('overriddenBy');
  expect(await why(ids[loser])).toMatchObject({
    event: { status: 'overridden' },
    overriddenBy: ids[winner],
    conflicts: [decided],
  });
}

async function say(priorities: object, seconds = 5): Promise<void> {
  const { priorities: shown } = await casa.api<{ priorities: object }>('PATCH', '/v1/tenant', { priorities });
  expect(shown).toMatchObject(priorities);
  await casa.loft.settle(seconds);
}

describe('a tenant that takes the other platform’s word first', () => {
  it('sees the conflict decided the other way, and by which run', async () => {
    await expectWinner('bnb');
    await say(VRBO_FIRST);
    await expectWinner('homes');
    const { runs } = await why(await eventOf('bnb'));
    expect(runs.map(({ flow }) => flow)).toContain('apply-settings');
    expect(casa.loft.alerts()).toEqual([]);
    await say({ feeds: { airbnb: 0 } });
    await expectWinner('bnb');
  });

  it('still has what staff decided', async () => {
    const winnerEventId = await eventOf('bnb');
    await casa.api('POST', `/v1/conflicts/${(await conflict()).id}:resolve`, { winnerEventId });
    await say(VRBO_FIRST);
    await expectWinner('bnb', 'staff');
  });

  it('sees each platform’s next reads change nothing', async () => {
    await say(VRBO_FIRST);
    const before = await casa.everything();
    const runs = (await casa.runs()).length;
    const polls = async () => (await casa.feed('bnb')).counters.polls;
    const first = await polls();
    await casa.passHours(6);
    expect(await polls()).toBeGreaterThan(first);
    expect(await casa.everything()).toEqual(before);
    expect(await casa.runs()).toHaveLength(runs);
    await expectWinner('homes');
  });

  it('sees it although the task was lost: the sweep finds what was said', async () => {
    casa.loft.studio.tasks.failCreates(1, { code: Code.INTERNAL });
    await expect(casa.api('PATCH', '/v1/tenant', { priorities: VRBO_FIRST })).rejects.toThrow('503');
    await expectWinner('bnb');
    await casa.loft.settle(3 * 60);
    await casa.loft.sandbox('POST', '/schedules/sweep');
    await casa.loft.settle(5);
    await expectWinner('homes');
  });

  it('sees a booking that both platforms tell of on its calendar once, as the other one tells it', async () => {
    const nights = { uid: 'told-twice', start: '2027-10-01', end: '2027-10-04' };
    await casa.shows('bnb', [{ uid: 'bnb-1', ...NIGHTS }, nights], 'airbnb');
    await casa.shows(
      'homes',
      [
        { uid: 'homes-1', ...NIGHTS },
        { ...nights, summary: 'Reserved - Ada' },
      ],
      'vrbo',
    );
    for (const id of ['bnb', 'homes']) await casa.read(id);
    casa.loft.studio.google.createCalendar('kaya@sandbox', { timeZone: 'America/Bogota' });
    await casa.api('POST', '/v1/bindings', { id: 'kaya-google', resourceId: 'kaya', calendarId: 'kaya@sandbox' });
    await casa.loft.settle(30);
    const events = async () => (await casa.events('kaya')).filter(({ start }) => start === nights.start);
    const shown = () => casa.loft.eventsOn('kaya@sandbox').filter(({ start }) => start?.date === nights.start);
    expect(shown().map(({ summary }) => summary)).toEqual(['Reserved']);
    await say(VRBO_FIRST, 30);
    expect(shown().map(({ summary }) => summary)).toEqual(['Reserved - Ada']);
    const ids = new Map((await events()).map(({ id, source }) => [source.id, id]));
    expect(await why(ids.get('bnb') ?? '')).toMatchObject({ shownBy: ids.get('homes') });
  });
});

it('a tenant that takes less of its feeds has the far nights free at the next read, and no feed suspected', async () => {
  await casa.api('PATCH', '/v1/tenant', { feedLimits: { daysAhead: 30 } });
  await casa.passHours(3);
  const status = async () => (await casa.events('kaya')).map(({ start, status: is }) => [start, is]);
  expect(await status()).toContainEqual([NIGHTS.start, 'released']);
  expect((await casa.feed('bnb')).status).toBe('healthy');
  expect(casa.loft.alerts()).toEqual([]);
  await casa.api('PATCH', '/v1/tenant', { feedLimits: null });
  await casa.passHours(3);
  expect(await status()).not.toContainEqual([NIGHTS.start, 'released']);
});
