import { describe, expect, it } from 'vitest';
import { AccessRevoked, InvalidInput, NotFound, RateLimited, TemporarilyUnavailable } from './errors.ts';
import {
  afterHostFailure,
  type FeedHost,
  feedHostOf,
  hostStateOf,
  speaksAgainstHost,
  whileProbed,
} from './feed-host.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2027-05-01T12:00:00Z');
const DOWN = new TemporarilyUnavailable('no answer');

/** The host after these failures, each of a feed at a minute, with an error that says what `DOWN` does unless named. */
function failures(...each: readonly (readonly [feed: string, minute: number, error?: RateLimited])[]): FeedHost {
  let host: FeedHost | null = null;
  for (const [feed, minute, error = DOWN] of each) {
    host = afterHostFailure('feeds.example', host, { feed, error, now: NOW + minute * MINUTE });
  }
  return host as FeedHost;
}
const stateAt = (host: FeedHost, minute: number) => hostStateOf(host, NOW + minute * MINUTE);
const openMinutes = (host: FeedHost, since: number) => (Date.parse(host.openUntil ?? '') - NOW) / MINUTE - since;

describe('feedHostOf', () => {
  it.each([
    ['https://www.Airbnb.com/calendar/ical/1.ics?s=x', 'www.airbnb.com'],
    ['https://owner:pass@feeds.example:8443/a', 'feeds.example'],
    ['https://[2001:DB8::1]/a', '[2001:db8::1]'],
    ['no address', undefined],
    ['mailto:a@b.c', undefined],
  ])('of %s is %s', (url, host) => {
    expect(feedHostOf(url)).toBe(host);
  });
});

describe('the breaker of a host', () => {
  it.each([
    [DOWN, true],
    [new RateLimited('slowly'), true],
    [new NotFound('gone'), false],
    [new AccessRevoked('no'), false],
    [new InvalidInput('too large'), false],
    [new Error('a bug'), false],
  ])('hears of %s: %s', (error, heard) => {
    expect(speaksAgainstHost(error)).toBe(heard);
  });

  it('stays closed however often one feed fails, or two', () => {
    const host = failures(['a', 0], ['a', 5], ['b', 6], ['a', 10], ['b', 11]);
    expect(stateAt(host, 12)).toBe('closed');
  });

  it('opens for five minutes when three feeds failed within half an hour', () => {
    const host = failures(['a', 0], ['b', 10], ['c', 20]);
    expect(stateAt(host, 20)).toBe('open');
    expect(openMinutes(host, 20)).toBe(5);
    expect(stateAt(host, 25)).toBe('half-open');
  });

  it('takes failures further apart for accidents', () => {
    expect(stateAt(failures(['a', 0], ['b', 20], ['c', 31]), 31)).toBe('closed');
  });

  it('opens at once when the host says how long to stay away, and believes it up to a day', () => {
    const told = (ms: number) => new RateLimited('slowly', { retryAfterMs: ms });
    expect(openMinutes(failures(['a', 0, told(30 * MINUTE)]), 0)).toBe(30);
    expect(openMinutes(failures(['a', 0, told(1_000)]), 0)).toBe(5);
    expect(openMinutes(failures(['a', 0, told(1e12)]), 0)).toBe(24 * 60);
    expect(stateAt(failures(['a', 0, new RateLimited('slowly')]), 0)).toBe('closed');
  });

  it('is not moved by what fails while it is open, unless the host asks for longer', () => {
    const open = failures(['a', 0], ['b', 0], ['c', 0]);
    const later = { feed: 'd', error: DOWN, now: NOW + MINUTE };
    expect(afterHostFailure('feeds.example', open, later)).toBe(open);
    const longer = { ...later, error: new TemporarilyUnavailable('later', { retryAfterMs: 60 * MINUTE }) };
    expect(openMinutes(afterHostFailure('feeds.example', open, longer), 1)).toBe(60);
  });

  it('stays open twice as long each time in a row, up to two hours', () => {
    let host = failures(['a', 0], ['b', 0], ['c', 0]);
    const pauses: number[] = [];
    for (let time = 0; time < 7; time++) {
      const at = Date.parse(host.openUntil ?? '');
      host = afterHostFailure('feeds.example', whileProbed(host, at), { feed: 'a', error: DOWN, now: at + MINUTE });
      pauses.push((Date.parse(host.openUntil ?? '') - at) / MINUTE - 1);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 120, 120, 120]);
  });

  it('is closed by a probe of which nothing bad is heard', () => {
    const probed = whileProbed(failures(['a', 0], ['b', 0], ['c', 0]), NOW + 5 * MINUTE);
    expect(stateAt(probed, 12)).toBe('open');
    expect(stateAt(probed, 13)).toBe('closed');
  });

  it('is opened again by its first failure after the pause, whoever tried', () => {
    const host = afterHostFailure('feeds.example', failures(['a', 0], ['b', 0], ['c', 0]), {
      feed: 'd',
      error: DOWN,
      now: NOW + 90 * MINUTE,
    });
    expect(stateAt(host, 91)).toBe('open');
  });
});
