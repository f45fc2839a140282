import { describe, expect, it } from 'vitest';
import { USUAL_WINDOW } from '../../domain/publication.ts';
import type { PageLine } from '../../store/pages.ts';
import { publishedTime, shownDates, shownWindow } from './published-time.ts';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
const BAY = { kind: 'timed', timeZone: 'America/New_York' } as const;
const line = (part: Partial<PageLine> = {}): PageLine => ({
  id: 'stay',
  start: '2027-06-10',
  end: '2027-06-14',
  kind: 'reservation',
  status: 'active',
  priority: 3,
  source: 'booking-system:app',
  timeRevision: 4,
  ...part,
});
const airbnb = (part: Partial<PageLine> = {}) => line({ platform: 'airbnb', source: 'feed:bnb', ...part });
type Platform = Parameters<typeof publishedTime>[1]['platform'];
const shown = (lines: readonly PageLine[], platform: Platform = 'airbnb', resource: typeof ROOM | typeof BAY = ROOM) =>
  publishedTime(lines, { platform, window: USUAL_WINDOW }, resource, NOW).map(
    ({ eventId, start, end }) => `${eventId} ${start}/${end}`,
  );

describe('what a publication shows', () => {
  it('is what holds time, with what it takes to know it again', () => {
    expect(publishedTime([line()], { platform: 'generic', window: USUAL_WINDOW }, ROOM, NOW)).toEqual([
      { eventId: 'stay', kind: 'reservation', start: '2027-06-10', end: '2027-06-14', timeRevision: 4 },
    ]);
    expect(shown([line({ status: 'missing' })])).toHaveLength(1);
  });

  it('is never a hold, nor what is shown by another or repeats one', () => {
    expect(shown([line({ until: '2027-06-01T12:10:00Z' })])).toEqual([]);
    expect(shown([line({ mergedInto: 'other' })])).toEqual([]);
    expect(shown([line({ echoOf: 'other', kind: 'block' })])).toEqual([]);
  });

  it('is a reservation that lost, whole, and what is left of a block', () => {
    const block = line({ id: 'block', kind: 'block', start: '2027-06-08', end: '2027-06-20', overriddenBy: 'stay' });
    const lost = line({ id: 'lost', start: '2027-06-12', end: '2027-06-16', overriddenBy: 'stay' });
    expect(shown([block, line(), lost])).toEqual([
      'block 2027-06-08/2027-06-10',
      'stay 2027-06-10/2027-06-14',
      'lost 2027-06-12/2027-06-16',
      'block 2027-06-16/2027-06-20',
    ]);
    // A hold may lapse: the block stands beneath it.
    const hold = line({ until: '2027-06-01T12:10:00Z' });
    expect(shown([{ ...block, overriddenBy: 'stay' }, hold])).toEqual(['block 2027-06-08/2027-06-20']);
  });

  it('lies within its window', () => {
    const at = (id: string, start: string, end: string) => line({ id, start, end });
    const lines = [
      at('over', '2027-04-28', '2027-05-02'),
      at('touches', '2027-05-01', '2027-05-03'),
      at('far', '2029-05-31', '2029-06-04'),
      at('beyond', '2029-06-01', '2029-06-04'),
    ];
    expect(shown(lines)).toEqual(['touches 2027-05-01/2027-05-03', 'far 2029-05-31/2029-06-04']);
  });
});

describe('a platform is not told what it said itself', () => {
  it('of the same resource', () => {
    expect(shown([airbnb()])).toEqual([]);
    expect(shown([airbnb({ kind: 'block' })])).toEqual([]);
    expect(shown([airbnb()], 'vrbo')).toHaveLength(1);
    expect(shown([airbnb()], 'google')).toHaveLength(1);
    expect(shown([airbnb()], 'generic')).toHaveLength(1);
  });

  it('also where another source stands for it', () => {
    const primary = line({ id: 'primary' });
    const merged = airbnb({ id: 'merged', mergedInto: 'primary' });
    expect(shown([primary, merged])).toEqual([]);
    expect(shown([primary, merged], 'vrbo')).toEqual(['primary 2027-06-10/2027-06-14']);
    // It does not know the nights by which they differ.
    expect(shown([primary, { ...merged, end: '2027-06-13' }])).toEqual(['primary 2027-06-10/2027-06-14']);
  });

  it('but what a relative inherits from there', () => {
    expect(shown([airbnb({ source: 'inheritance:down', kind: 'block' })])).toHaveLength(1);
  });
});

describe('a timed resource', () => {
  const lesson = line({ start: '2027-06-10T18:30:00Z', end: '2027-06-10T19:30:00Z' });

  it('is told in times, and to platforms that sell in the nights it takes', () => {
    expect(shown([lesson], 'google', BAY)).toEqual(['stay 2027-06-10T18:30:00Z/2027-06-10T19:30:00Z']);
    expect(shown([lesson], 'vrbo', BAY)).toEqual(['stay 2027-06-10/2027-06-11']);
  });

  it('takes no night with what happens between check-out and check-in', () => {
    const cleaning = line({ start: '2027-06-10T16:00:00Z', end: '2027-06-10T18:00:00Z' });
    expect(shown([cleaning], 'vrbo', BAY)).toEqual([]);
  });
});

describe('the window', () => {
  it('is counted from the local day, in months as people count them', () => {
    const window = { daysBack: 30, monthsAhead: 24 };
    expect(shownDates({ window }, '2028-02-29')).toEqual({ start: '2028-01-30', end: '2030-02-28' });
    expect(shownDates({ window: { daysBack: 0, monthsAhead: 1 } }, '2027-01-31')).toEqual({
      start: '2027-01-31',
      end: '2027-02-28',
    });
    expect(shownWindow({ window }, BAY, NOW)).toEqual({
      start: '2027-05-02T04:00:00Z',
      end: '2029-06-01T04:00:00Z',
    });
  });

  it('moves with the day of the resource, not with that of the server', () => {
    const late = Date.parse('2027-06-02T03:00:00Z');
    expect(shownWindow({ window: USUAL_WINDOW }, ROOM, late).start).toBe('2027-05-02');
    expect(shownWindow({ window: USUAL_WINDOW }, { ...ROOM, timeZone: 'Asia/Tokyo' }, late).start).toBe('2027-05-03');
  });
});
