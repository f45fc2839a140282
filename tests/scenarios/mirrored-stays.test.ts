import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { addDays } from '@dovetail/core/domain/interval.ts';
import type { Proposal } from '@dovetail/core/domain/run.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Loft } from './loft.ts';

const KAYA = 'kaya@sandbox';
const HOUSE = 'simmer-highs@sandbox';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
  await bind('kaya', KAYA);
  await bind('simmer-highs', HOUSE);
});
afterEach(async () => {
  await loft.close();
});

function casa<T>(method: string, path: string, body?: unknown): Promise<T> {
  return loft.api<T>(method, path, body, 'casa-admin-key');
}

async function bind(resourceId: string, calendarId: string): Promise<void> {
  loft.studio.google.createCalendar(calendarId, { timeZone: 'America/Bogota' });
  await casa('POST', '/v1/bindings', { id: `${resourceId}-google`, resourceId, calendarId });
  await loft.settle(60);
}

async function ledgerOf(resourceId: string): Promise<readonly LedgerEvent[]> {
  const path = `/v1/resources/${resourceId}/events?from=2027-06-01&to=2027-12-01`;
  return (await casa<{ items: readonly LedgerEvent[] }>('GET', path)).items;
}

/** The nights that a calendar shows as taken, each event with its dates. */
function shown(calendarId: string): string[] {
  return loft
    .eventsOn(calendarId)
    .map(({ start, end, summary }) => `${start?.date} ${end?.date} ${summary}`)
    .sort();
}

/** What a calendar should show of a ledger. */
async function expected(resourceId: string): Promise<string[]> {
  const holding = (await ledgerOf(resourceId)).filter(({ status }) => !['released', 'cancelled'].includes(status));
  return holding.map(({ start, end, title }) => `${start} ${end} ${title}`).sort();
}

async function expectMirrored(): Promise<void> {
  expect(shown(KAYA)).toEqual(await expected('kaya'));
  expect(shown(HOUSE)).toEqual(await expected('simmer-highs'));
}

/** Replaces the first stay of the room's feed by one `days` later. */
async function postpone(days: number): Promise<void> {
  const feed = Buffer.from(loft.studio.feeds.read('casa-airbnb') ?? []).toString();
  const [, start = '', end = ''] = /DTSTART;VALUE=DATE:(\d{8})\r?\nDTEND;VALUE=DATE:(\d{8})/.exec(feed) ?? [];
  const later = (date: string) =>
    addDays(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`, days).replaceAll('-', '');
  loft.studio.feeds.replace('casa-airbnb', feed.replace(start, later(start)).replace(end, later(end)));
  await casa('POST', '/v1/feeds/casa-airbnb:sync');
  await loft.settle(60);
}

describe('the stays of a room’s feed', () => {
  it('stand on its calendar as nights, and on the apartment’s as time that is taken', async () => {
    expect(shown(KAYA).length).toBeGreaterThan(2);
    await expectMirrored();
    const inherited = (await ledgerOf('simmer-highs')).filter(({ source }) => source.type === 'inheritance');
    expect(inherited.map(({ title }) => title)).toContain('Kaya is taken');
  });

  it('move on both calendars when the feed moves them', async () => {
    const before = shown(HOUSE);
    await postpone(40);
    expect(shown(HOUSE)).not.toEqual(before);
    await expectMirrored();
  });

  it('are put back when staff move, rename or delete them there, and staff see why', async () => {
    const before = shown(KAYA);
    const [first, second, third] = loft.eventsOn(KAYA);
    await loft.google('PATCH', `${KAYA}/events/${first?.id}`, { summary: 'Somebody else' });
    await loft.google('PATCH', `${KAYA}/events/${second?.id}`, {
      start: { date: '2027-08-01' },
      end: { date: '2027-08-04' },
    });
    await loft.google('DELETE', `${KAYA}/events/${third?.id}`);
    await loft.settle(60);
    expect(shown(KAYA)).toEqual(before);
    const { items } = await casa<{ items: readonly Proposal[] }>('GET', '/v1/proposals');
    expect(items.map(({ reason }) => reason)).toEqual(Array(3).fill('no_writable_source'));
    await expectMirrored();
  });
});

it('an audit of a calendar that mirrors stays finds nothing', async () => {
  for (const id of ['kaya', 'simmer-highs']) {
    const { findings } = await casa<{ findings: unknown[] }>('POST', `/v1/bindings/${id}-google:audit?dryRun=true`);
    expect(findings).toEqual([]);
  }
});
