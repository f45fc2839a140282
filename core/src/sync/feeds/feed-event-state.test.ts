import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../domain/event.ts';
import type { FeedEntry } from '../../domain/feed.ts';
import type { KnownEntry } from '../../domain/known-entry.ts';
import { feedEventState } from './feed-event-state.ts';
import type { FeedChange } from './plan-feed-entry.ts';

const ENTRY: FeedEntry = {
  uid: 'a',
  recurrenceId: '',
  kind: 'reservation',
  title: 'Reserved',
  start: '2027-06-10',
  end: '2027-06-14',
  reservationCode: 'HMSTAY0001',
  phoneLast4: '0101',
  raw: 'BEGIN:VEVENT\r\nDTSTAMP:20270601T120000Z\r\nSUMMARY:Reserved\r\nEND:VEVENT\r\n',
};
const RAW = { text: 'BEGIN:VEVENT\nDTSTAMP:20270601T120000Z\nSUMMARY:Reserved\nEND:VEVENT\n' };
const KNOWN: KnownEntry = {
  eventId: 'event',
  uid: 'a',
  recurrenceId: '',
  kind: 'reservation',
  start: '2027-06-10',
  end: '2027-06-14',
  reservationCode: 'HMSTAY0001',
  look: 'x',
  state: 'present',
};
const PARTS = {
  feedId: 'feed',
  resourceId: 'room',
  platform: 'airbnb',
  priority: 3,
  runId: 'run',
  seenAt: '2027-06-01T12:00:00Z',
} as const;
const change = (action: FeedChange['action'], part: Partial<FeedChange> = {}): FeedChange => ({
  action,
  known: KNOWN,
  fields: [],
  reason: '',
  ...part,
});
const added = change('added', { entry: ENTRY });

/** The event as the ledger keeps it after `added`. */
function committed(part: Partial<LedgerEvent> = {}): LedgerEvent {
  const state = feedEventState(added, undefined, PARTS);
  const { staffReleasedAt: _, ...said } = state ?? ({} as never);
  return { ...said, revision: 1, firstSeenAt: PARTS.seenAt, updatedAt: PARTS.seenAt, ...part };
}

describe('what the ledger is told of an entry', () => {
  it('is all that the feed says of it', () => {
    expect(feedEventState(added, undefined, PARTS)).toEqual({
      id: 'event',
      resourceId: 'room',
      kind: 'reservation',
      status: 'active',
      source: { type: 'feed', id: 'feed', externalUid: 'a' },
      platform: 'airbnb',
      priority: 3,
      start: '2027-06-10',
      end: '2027-06-14',
      title: 'Reserved',
      reservationCode: 'HMSTAY0001',
      guest: { phoneLast4: '0101' },
      raw: RAW,
      runId: 'run',
      lastSeenAt: '2027-06-01T12:00:00Z',
    });
  });

  it('is the time it holds, where that is not what the feed states', () => {
    const held = { start: '2027-06-10', end: '2027-06-12' };
    expect(
      feedEventState(change('added', { entry: ENTRY, known: { ...KNOWN, held } }), undefined, PARTS),
    ).toMatchObject(held);
  });

  it('is nothing when the ledger says so already, whichever run told it', () => {
    expect(feedEventState(added, committed(), { ...PARTS, runId: 'other', seenAt: '2027-06-02T12:00:00Z' })).toBeNull();
  });

  it('is what it repeats, and that it holds no time once that is over', () => {
    const known = { ...KNOWN, echo: { of: 'other' } };
    const echo = change('changed', { entry: ENTRY, known });
    expect(feedEventState(echo, committed(), PARTS)).toMatchObject({ echoOf: 'other', status: 'active' });
    const over = change('released', { entry: ENTRY, known: { ...known, echo: { of: 'other', isOver: true } } });
    expect(feedEventState(over, committed({ echoOf: 'other' }), PARTS)).toMatchObject({ status: 'released' });
    const freed = committed({ echoOf: 'other', status: 'released', staffReleasedAt: PARTS.seenAt });
    expect(feedEventState(over, freed, PARTS)).toMatchObject({ status: 'cancelled' });
    const own = change('changed', {});
    expect(feedEventState(own, committed({ echoOf: 'other' }), PARTS)).not.toHaveProperty('echoOf');
  });

  it('is nothing when the feed only words it anew', () => {
    const again = change('changed', { entry: { ...ENTRY, raw: ENTRY.raw.replace('12', '13') } });
    expect(feedEventState(again, committed(), PARTS)).toBeNull();
  });
});

describe('what the ledger is told of an absence', () => {
  it.each(['missing', 'released'] as const)('is that the event is %s, and nothing else', (action) => {
    const { revision: _, firstSeenAt: __, updatedAt: ___, ...said } = committed();
    expect(feedEventState(change(action), committed(), PARTS)).toEqual({ ...said, status: action });
  });

  it('comes with the words that call it off, where there are some', () => {
    const calledOff = { ...ENTRY, raw: 'STATUS:CANCELLED' };
    expect(feedEventState(change('released', { calledOff }), committed(), PARTS)?.raw).toEqual({
      text: 'STATUS:CANCELLED',
    });
    expect(feedEventState(change('released'), committed(), PARTS)?.raw).toEqual(RAW);
  });

  it('is nothing for an event that holds no time any more, as after a release by staff', () => {
    for (const action of ['missing', 'released'] as const) {
      expect(feedEventState(change(action), committed({ status: 'released' }), PARTS)).toBeNull();
      expect(feedEventState(change(action), undefined, PARTS)).toBeNull();
    }
  });

  it('ends when the entry is there again but cannot be read', () => {
    expect(feedEventState(change('back'), committed({ status: 'missing' }), PARTS)).toMatchObject({ status: 'active' });
  });
});
