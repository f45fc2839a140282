import { describe, expect, it } from 'vitest';
import type { FeedEntry } from '../../domain/feed.ts';
import { DEFAULT_FEED_LIMITS } from '../../domain/feed-limits.ts';
import type { Interval } from '../../domain/interval.ts';
import type { KnownEntry } from '../../domain/known-entry.ts';
import { feedWindow, heldInterval } from './plan-feed-window.ts';

const TODAY = '2027-06-01';
const DAY = { today: TODAY, begunUntil: TODAY };
const WINDOW = feedWindow(DEFAULT_FEED_LIMITS, TODAY, 'nightly');

const entry = (start: string, end: string, edge = false): FeedEntry => ({
  uid: 'a',
  recurrenceId: '',
  kind: 'block',
  title: 'Not available',
  raw: '',
  start,
  end,
  ...(edge && { edge }),
});
const known = (asRead: FeedEntry, held?: Interval): KnownEntry => ({
  ...asRead,
  eventId: 'e',
  look: '',
  state: 'present',
  ...(held && { held }),
});
const span = (start: string, end: string): Interval => ({ start, end });

it('the window is counted in dates, or in instants on resources that are booked by the hour', () => {
  expect(WINDOW).toEqual({ start: '2027-05-02', end: '2029-05-31' });
  expect(feedWindow(DEFAULT_FEED_LIMITS, TODAY, 'timed')).toEqual({
    start: '2027-05-02T00:00:00Z',
    end: '2029-05-31T00:00:00Z',
  });
});

describe('the time that is held', () => {
  it.each<[string, FeedEntry, KnownEntry | undefined, Interval]>([
    ['is what the feed states', entry('2027-06-10', '2027-06-12'), undefined, span('2027-06-10', '2027-06-12')],
    ['ends with the window', entry('2027-06-10', '9999-12-31'), undefined, span('2027-06-10', '2029-05-31')],
    ['begins with the window', entry('2020-01-01', '2027-06-12'), undefined, span('2027-05-02', '2027-06-12')],
    [
      'keeps a clipped end that lags by a month',
      entry('2027-06-10', '9999-12-31'),
      known(entry('2027-06-10', '9999-12-31'), span('2027-06-10', '2029-05-01')),
      span('2027-06-10', '2029-05-01'),
    ],
    [
      'moves on a clipped end that lags by more',
      entry('2027-06-10', '9999-12-31'),
      known(entry('2027-06-10', '9999-12-31'), span('2027-06-10', '2029-04-30')),
      span('2027-06-10', '2029-05-31'),
    ],
    [
      'reaches the window at once when the entry grows that far',
      entry('2027-06-10', '9999-12-31'),
      known(entry('2027-06-10', '2029-05-20')),
      span('2027-06-10', '2029-05-31'),
    ],
    [
      'shrinks with a window that is made smaller',
      entry('2027-06-10', '9999-12-31'),
      known(entry('2027-06-10', '9999-12-31'), span('2027-06-10', '2029-06-10')),
      span('2027-06-10', '2029-05-31'),
    ],
    [
      'keeps a start that has passed',
      entry('2027-06-01', '2027-06-12'),
      known(entry('2027-05-20', '2027-06-12')),
      span('2027-05-20', '2027-06-12'),
    ],
    [
      'follows a start that is still to come',
      entry('2027-06-03', '2027-06-12'),
      known(entry('2027-06-02', '2027-06-12')),
      span('2027-06-03', '2027-06-12'),
    ],
    [
      'lags behind the far edge by a week',
      entry('2027-12-08', '2028-06-07', true),
      known(entry('2027-12-07', '2028-06-06', true), span('2027-12-01', '2028-05-31')),
      span('2027-12-01', '2028-05-31'),
    ],
    [
      'catches up with the far edge after that',
      entry('2027-12-09', '2028-06-08', true),
      known(entry('2027-12-08', '2028-06-07', true), span('2027-12-01', '2028-05-31')),
      span('2027-12-09', '2028-06-08'),
    ],
    [
      'does not lag behind a near closure, whose ends somebody may have chosen',
      entry('2027-06-02', '2027-06-10', true),
      known(entry('2027-06-02', '2027-06-08', true)),
      span('2027-06-02', '2027-06-10'),
    ],
  ])('%s', (_case, shown, before, held) => {
    expect(heldInterval(shown, before, WINDOW, DAY)).toEqual(held);
  });
});
